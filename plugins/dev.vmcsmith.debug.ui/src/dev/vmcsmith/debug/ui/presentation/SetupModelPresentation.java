// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.presentation;

import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.MachineTarget;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.Icons;
import java.io.File;
import org.eclipse.core.filesystem.EFS;
import org.eclipse.core.resources.IFile;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.ILineBreakpoint;
import org.eclipse.debug.core.model.IValue;
import org.eclipse.debug.core.sourcelookup.containers.LocalFileStorage;
import org.eclipse.debug.ui.IDebugModelPresentation;
import org.eclipse.debug.ui.IValueDetailListener;
import org.eclipse.jface.viewers.LabelProvider;
import org.eclipse.swt.graphics.Image;
import org.eclipse.ui.IEditorInput;
import org.eclipse.ui.ide.FileStoreEditorInput;
import org.eclipse.ui.part.FileEditorInput;

/** Labels, images and editors of the debug model. A null text or image leaves the choice to the platform. */
public final class SetupModelPresentation extends LabelProvider implements IDebugModelPresentation {

    @Override
    public String getText(Object element) {
        return switch (element) {
            case MachineTarget machine -> machine.isTerminated() ? "<terminated> " + machine.getName()
                    : machine.isStarted() ? machine.getName() : machine.getName() + " (starting)";
            case VcpuThread vcpu -> vcpu.getName() + " (" + stateOf(vcpu) + ")";
            case MachineFrame frame -> frameText(frame);
            case MachineBreakpoint breakpoint -> breakpointText(breakpoint);
            default -> null;
        };
    }

    private static String stateOf(VcpuThread vcpu) {
        if (vcpu.isTerminated()) {
            return "terminated";
        }
        Stop stop = vcpu.machine().stop();
        if (!vcpu.isSuspended() || stop == null) {
            return vcpu.isStepping() ? "stepping" : "running";
        }
        return stop.threadId() == vcpu.id() ? "suspended: " + stop.text() : "suspended";
    }

    private static String frameText(MachineFrame frame) {
        if (frame.sourceName() == null || frame.getLineNumber() < 0) {
            return frame.getName();
        }
        return frame.getName() + " \u2014 " + frame.sourceName() + ":" + frame.getLineNumber();
    }

    private static String breakpointText(MachineBreakpoint breakpoint) {
        StringBuilder text = new StringBuilder(breakpoint.place());
        append(text, " [condition: ", breakpoint.condition());
        append(text, " [hits: ", breakpoint.hitCondition());
        append(text, " [log: ", breakpoint.logMessage());
        return breakpoint.note().isEmpty() ? text.toString() : text + " \u2014 " + breakpoint.note();
    }

    private static void append(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append(label).append(value).append(']');
        }
    }

    @Override
    public Image getImage(Object element) {
        return switch (element) {
            case MachineTarget machine -> machine.isTerminated() ? null : Icons.MACHINE.image();
            case FunctionBreakpoint breakpoint -> imageOf(Icons.BREAKPOINT_FUNCTION, breakpoint);
            case InstructionBreakpoint breakpoint -> imageOf(Icons.BREAKPOINT_INSTRUCTION, breakpoint);
            case DataBreakpoint breakpoint -> imageOf(Icons.BREAKPOINT_DATA, breakpoint);
            case ExitBreakpoint breakpoint -> imageOf(Icons.BREAKPOINT_EXIT, breakpoint);
            default -> null;
        };
    }

    private static Image imageOf(Icons icon, MachineBreakpoint breakpoint) {
        boolean enabled = breakpoint.getMarker() != null && breakpoint.getMarker().getAttribute(IBreakpoint.ENABLED, false)
                && DebugPlugin.getDefault().getBreakpointManager().isEnabled();
        return enabled ? icon.image() : icon.disabledImage();
    }

    @Override
    public void setAttribute(String attribute, Object value) {
        // no attribute changes these labels
    }

    @Override
    public void computeDetail(IValue value, IValueDetailListener listener) {
        try {
            listener.detailComputed(value, value.getValueString());
        } catch (DebugException e) {
            listener.detailComputed(value, e.getStatus().getMessage());
        }
    }

    @Override
    public IEditorInput getEditorInput(Object element) {
        return switch (element) {
            case IFile file -> new FileEditorInput(file);
            case SetupLineBreakpoint breakpoint when breakpoint.isOutside() -> outside(new File(breakpoint.path()));
            case ILineBreakpoint breakpoint -> breakpoint.getMarker().getResource() instanceof IFile file ? new FileEditorInput(file)
                    : null;
            case LocalFileStorage storage -> outside(storage.getFile());
            default -> null;
        };
    }

    private static IEditorInput outside(File file) {
        return new FileStoreEditorInput(EFS.getLocalFileSystem().getStore(file.toURI()));
    }

    @Override
    public String getEditorId(IEditorInput input, Object element) {
        return DebugUi.GENERIC_EDITOR;
    }
}
