// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.debug.HypervisorDebug;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.core.runtime.PlatformObject;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.model.IProcess;
import org.eclipse.debug.core.model.IStreamMonitor;
import org.eclipse.debug.core.model.IStreamsProxy;

/** The machine's process in the launch, with three streams for its console: the serial ports, the machine's messages, and errors. */
public final class MachineProcess extends PlatformObject implements IProcess, IStreamsProxy {

    private final ILaunch launch;
    private final MachineSession session;
    private final String label;
    private final Map<String, String> attributes = new ConcurrentHashMap<>();

    /** Adds the process to the launch. */
    public MachineProcess(ILaunch launch, MachineSession session, String label, String commandLine) {
        this.launch = launch;
        this.session = session;
        this.label = label;
        setAttribute(ATTR_PROCESS_TYPE, HypervisorDebug.PROCESS_TYPE);
        setAttribute(ATTR_CMDLINE, commandLine);
        setAttribute(ATTR_PROCESS_LABEL, label);
        setAttribute(ATTR_PROCESS_ID, Long.toString(session.processHandle().pid()));
        setAttribute(DebugPlugin.ATTR_LAUNCH_TIMESTAMP, Long.toString(System.currentTimeMillis()));
        launch.addProcess(this);
        fire(DebugEvent.CREATE);
        session.exit().thenRun(this::ended);
    }

    private void ended() {
        setAttribute(DebugPlugin.ATTR_TERMINATE_TIMESTAMP, Long.toString(System.currentTimeMillis()));
        fire(DebugEvent.TERMINATE);
    }

    private void fire(int kind) {
        DebugPlugin plugin = DebugPlugin.getDefault();
        if (plugin != null) {
            plugin.fireDebugEventSet(new DebugEvent[] { new DebugEvent(this, kind) });
        }
    }

    /** The machine behind the process. */
    public MachineSession session() {
        return session;
    }

    @Override
    public String getLabel() {
        return label;
    }

    @Override
    public ILaunch getLaunch() {
        return launch;
    }

    @Override
    public IStreamsProxy getStreamsProxy() {
        return this;
    }

    @Override
    public IStreamMonitor getOutputStreamMonitor() {
        return session.serial();
    }

    @Override
    public IStreamMonitor getErrorStreamMonitor() {
        return session.errors();
    }

    /** What the machine tells about the run: why it stopped, whether the expectations hold. */
    public IStreamMonitor getMessageStreamMonitor() {
        return session.messages();
    }

    @Override
    public void write(String input) throws IOException {
        throw new IOException("The serial ports of the machine take no input.");
    }

    @Override
    public void setAttribute(String key, String value) {
        if (value == null) {
            attributes.remove(key);
        } else {
            attributes.put(key, value);
        }
    }

    @Override
    public String getAttribute(String key) {
        return attributes.get(key);
    }

    @Override
    public int getExitValue() throws DebugException {
        if (!session.isEnded()) {
            throw new DebugException(Status.error("The machine has not ended."));
        }
        return session.exit().join();
    }

    @Override
    public boolean canTerminate() {
        return !isTerminated();
    }

    @Override
    public boolean isTerminated() {
        return session.isEnded();
    }

    @Override
    public void terminate() {
        session.terminate();
    }

    @Override
    public <T> T getAdapter(Class<T> adapter) {
        if (adapter == ILaunch.class) {
            return adapter.cast(launch);
        }
        if (adapter == IProcess.class || adapter == MachineProcess.class) {
            return adapter.cast(this);
        }
        return super.getAdapter(adapter);
    }
}
