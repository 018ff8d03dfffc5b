// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.disassembly;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.ui.Icons;
import java.util.function.Function;
import org.eclipse.core.resources.IMarker;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.widgets.Control;

/** Texts, colours and images of the listing. The next instruction is marked by an arrow and a background that fits every theme. */
final class LineLabels {

    private static final RGB GREEN = new RGB(58, 157, 93);

    private final Control control;
    private final Font font;
    private Long current;

    LineLabels(Control control, Font font) {
        this.control = control;
        this.font = font;
    }

    /** Address of the next instruction of the frame; null for none. */
    void current(Long address) {
        current = address;
    }

    Long current() {
        return current;
    }

    boolean isCurrent(Object element) {
        return current != null && element instanceof Line line && line.address() == current;
    }

    ColumnLabelProvider address() {
        return new Column(line -> HexLong.format(line.address())) {
            @Override
            public Image getImage(Object element) {
                return isCurrent(element) ? Icons.CURRENT_LINE.image() : breakpointImage((Line) element);
            }
        };
    }

    ColumnLabelProvider text(Function<Line, String> text) {
        return new Column(text);
    }

    /** The breakpoint on the instruction itself; null for none. */
    static InstructionBreakpoint breakpointAt(Line line) {
        for (IBreakpoint breakpoint : DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL)) {
            if (breakpoint instanceof InstructionBreakpoint instruction && instruction.address() == line.address()) {
                return instruction;
            }
        }
        return null;
    }

    private static Image breakpointImage(Line line) {
        InstructionBreakpoint here = breakpointAt(line);
        if (here != null) {
            return isEnabled(here) ? Icons.BREAKPOINT_INSTRUCTION.image() : Icons.BREAKPOINT_INSTRUCTION.disabledImage();
        }
        for (IBreakpoint breakpoint : DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL)) {
            IMarker marker = breakpoint.getMarker();
            if (breakpoint instanceof SetupLineBreakpoint inSource && line.path() != null && marker != null
                    && marker.getAttribute(IMarker.LINE_NUMBER, -1) == line.line() && inSource.path().equals(line.path())) {
                return DebugUITools.getImage(isEnabled(breakpoint) ? IDebugUIConstants.IMG_OBJS_BREAKPOINT
                        : IDebugUIConstants.IMG_OBJS_BREAKPOINT_DISABLED);
            }
        }
        return null;
    }

    private static boolean isEnabled(IBreakpoint breakpoint) {
        return breakpoint.getMarker() != null && breakpoint.getMarker().getAttribute(IBreakpoint.ENABLED, false);
    }

    /** A column in the text font. */
    private class Column extends ColumnLabelProvider {

        private final Function<Line, String> text;

        Column(Function<Line, String> text) {
            this.text = text;
        }

        @Override
        public String getText(Object element) {
            return text.apply((Line) element);
        }

        @Override
        public Font getFont(Object element) {
            return font;
        }

        @Override
        public Color getBackground(Object element) {
            if (!isCurrent(element)) {
                return null;
            }
            RGB ground = control.getDisplay().getSystemColor(SWT.COLOR_LIST_BACKGROUND).getRGB();
            RGB own = control.getBackground().getRGB();
            RGB base = own.red + own.green + own.blue == 0 ? ground : own;
            return new Color((base.red * 2 + GREEN.red) / 3, (base.green * 2 + GREEN.green) / 3, (base.blue * 2 + GREEN.blue) / 3);
        }
    }
}
