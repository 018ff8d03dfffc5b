// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineTarget;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IDebugEventSetListener;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.contexts.DebugContextEvent;
import org.eclipse.debug.ui.contexts.IDebugContextListener;
import org.eclipse.debug.ui.contexts.IDebugContextService;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IWorkbenchWindow;

/** Tells in the UI thread when the active debug context of a window, or the state of its machine, has changed. */
final class ContextFollower implements IDebugContextListener, IDebugEventSetListener {

    private final Display display;
    private final IDebugContextService service;
    private final Consumer<MachineContext> changed;
    private final Runnable exitsOccurred;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile MachineContext current = MachineContext.NONE;
    private volatile boolean disposed;

    /** @param exitsOccurred called in the UI thread when the log of VM exits of the current machine has grown */
    ContextFollower(IWorkbenchWindow window, Consumer<MachineContext> changed, Runnable exitsOccurred) {
        this.display = window.getShell().getDisplay();
        this.service = DebugUITools.getDebugContextManager().getContextService(window);
        this.changed = changed;
        this.exitsOccurred = exitsOccurred;
        service.addDebugContextListener(this);
        DebugPlugin.getDefault().addDebugEventListener(this);
        update();
    }

    MachineContext current() {
        return current;
    }

    void dispose() {
        disposed = true;
        service.removeDebugContextListener(this);
        DebugPlugin.getDefault().removeDebugEventListener(this);
    }

    @Override
    public void debugContextChanged(DebugContextEvent event) {
        schedule();
    }

    @Override
    public void handleDebugEvents(DebugEvent[] events) {
        for (DebugEvent event : events) {
            if (event.getSource() instanceof MachineTarget machine && event.getKind() == DebugEvent.MODEL_SPECIFIC
                    && event.getData() instanceof ExitsEvent) {
                if (machine == current.machine()) {
                    async(exitsOccurred);
                }
            } else if (event.getSource() == current.machine() && event.getKind() == DebugEvent.CHANGE
                    && event.getDetail() == DebugEvent.CONTENT) {
                async(() -> changed.accept(current));
            } else if (event.getSource() instanceof MachineElement) {
                schedule();
            }
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            async(() -> {
                scheduled.set(false);
                update();
            });
        }
    }

    private void async(Runnable work) {
        if (!disposed && !display.isDisposed()) {
            display.asyncExec(() -> {
                if (!disposed) {
                    work.run();
                }
            });
        }
    }

    private void update() {
        MachineContext next = MachineContext.of(service.getActiveContext());
        if (!next.equals(current)) {
            current = next;
            changed.accept(next);
        }
    }
}
