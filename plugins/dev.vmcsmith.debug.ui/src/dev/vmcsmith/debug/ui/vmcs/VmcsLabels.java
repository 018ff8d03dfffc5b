// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.ChangedStyle;
import java.util.function.Function;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Control;

/** Texts, colours and images of the VMCS view's columns. */
final class VmcsLabels {

    private final ChangedStyle changed;

    VmcsLabels(Control control) {
        changed = new ChangedStyle(control);
    }

    /** One line about the whole VMCS. */
    static String heading(VmcsContents contents) {
        return "VMCS at " + HexLong.format(contents.vmcs()) + (contents.launched() ? ", launched" : ", clear") + ", after "
                + contents.instant().exits() + (contents.instant().exits() == 1 ? " VM exit and " : " VM exits and ")
                + contents.instant().instructions() + " instructions";
    }

    static String encodingOf(VmcsFieldValue field) {
        return String.format("0x%04X", field.encoding());
    }

    private static String nameOf(VmcsArea area) {
        long count = area.fields().stream().filter(VmcsFieldValue::changedSinceLastStop).count();
        return count == 0 ? area.name() : area.name() + " (" + count + " changed)";
    }

    ColumnLabelProvider field() {
        return new Column(VmcsFieldValue::name) {
            @Override
            public String getText(Object element) {
                return element instanceof VmcsArea area ? nameOf(area) : super.getText(element);
            }

            @Override
            public Image getImage(Object element) {
                return element instanceof VmcsArea ? Icons.AREA.image() : null;
            }

            @Override
            public String getToolTipText(Object element) {
                return element instanceof VmcsFieldValue field && field.hvName() != null ? field.hvName() + " in a setup" : null;
            }
        };
    }

    ColumnLabelProvider encoding() {
        return new Column(VmcsLabels::encodingOf);
    }

    ColumnLabelProvider value() {
        return new Column(VmcsFieldValue::hex) {
            @Override
            public Color getBackground(Object element) {
                return isChanged(element) ? changed.background() : null;
            }

            @Override
            public Color getForeground(Object element) {
                return isChanged(element) ? changed.foreground() : null;
            }
        };
    }

    ColumnLabelProvider meaning() {
        return new Column(field -> field.meaning() == null ? "" : field.meaning());
    }

    private static boolean isChanged(Object element) {
        return element instanceof VmcsFieldValue field && field.changedSinceLastStop();
    }

    /** A column that says something about a field, and stresses changed fields. */
    private class Column extends ColumnLabelProvider {

        private final Function<VmcsFieldValue, String> text;

        Column(Function<VmcsFieldValue, String> text) {
            this.text = text;
        }

        @Override
        public String getText(Object element) {
            return element instanceof VmcsFieldValue field ? text.apply(field) : "";
        }

        @Override
        public Font getFont(Object element) {
            return isChanged(element) ? changed.font() : null;
        }
    }
}
