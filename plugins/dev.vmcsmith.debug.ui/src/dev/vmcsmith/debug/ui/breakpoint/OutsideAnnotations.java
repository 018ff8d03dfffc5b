// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IMarkerDelta;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IBreakpointsListener;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.Position;
import org.eclipse.jface.text.source.AnnotationModel;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.texteditor.MarkerAnnotation;

/** The breakpoints of a file outside of the workspace, for the ruler of its editor: the platform shows only markers of the file itself. */
final class OutsideAnnotations extends AnnotationModel implements IBreakpointsListener {

    private final String path;
    private IDocument document;

    OutsideAnnotations(String path) {
        this.path = path;
    }

    @Override
    public void connect(IDocument newDocument) {
        super.connect(newDocument);
        if (document == null) {
            document = newDocument;
            DebugPlugin.getDefault().getBreakpointManager().addBreakpointListener(this);
            fill();
        }
    }

    @Override
    public void disconnect(IDocument oldDocument) {
        super.disconnect(oldDocument);
        if (oldDocument == document) {
            document = null;
            DebugPlugin.getDefault().getBreakpointManager().removeBreakpointListener(this);
        }
    }

    private void fill() {
        if (document == null) {
            return;
        }
        removeAllAnnotations(false);
        for (IBreakpoint breakpoint : DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL)) {
            IMarker marker = breakpoint.getMarker();
            if (breakpoint instanceof SetupLineBreakpoint line && line.isOutside() && line.path().equals(path)) {
                try {
                    int offset = document.getLineOffset(marker.getAttribute(IMarker.LINE_NUMBER, 1) - 1);
                    addAnnotation(new MarkerAnnotation(marker), new Position(offset, 0), false);
                } catch (BadLocationException e) {
                    // the file has become shorter: the breakpoint has no line
                }
            }
        }
        fireModelChanged();
    }

    private void changed() {
        Display.getDefault().asyncExec(this::fill);
    }

    @Override
    public void breakpointsAdded(IBreakpoint[] breakpoints) {
        changed();
    }

    @Override
    public void breakpointsRemoved(IBreakpoint[] breakpoints, IMarkerDelta[] deltas) {
        changed();
    }

    @Override
    public void breakpointsChanged(IBreakpoint[] breakpoints, IMarkerDelta[] deltas) {
        changed();
    }
}
