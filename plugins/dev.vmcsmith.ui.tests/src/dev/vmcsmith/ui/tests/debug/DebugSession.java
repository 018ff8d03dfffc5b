// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.MachineTarget;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.session.MachineProcess;
import dev.vmcsmith.debug.session.SerialPort;
import dev.vmcsmith.debug.ui.console.SerialConsole;
import dev.vmcsmith.debug.ui.exits.ExitExport;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.jface.dialogs.MessageDialogWithToggle;
import org.eclipse.ui.console.ConsolePlugin;
import org.eclipse.ui.console.IConsole;
import org.eclipse.ui.console.TextConsole;

/** One launch as a test sees it. */
final class DebugSession {

    private static final String SWITCH_ON_SUSPEND = "org.eclipse.debug.ui.switch_perspective_on_suspend";

    private final ILaunch launch;
    private int stopsSeen;

    private DebugSession(ILaunch launch) {
        this.launch = launch;
    }

    /** Launches in the background, as the workbench does, and waits until the delegate is done. */
    static DebugSession launch(ILaunchConfiguration configuration, String mode) {
        ILaunch[] launched = new ILaunch[1];
        IStatus result = launch(configuration, mode, launched);
        if (!result.isOK()) {
            throw new AssertionError(result.getMessage(), result.getException());
        }
        return new DebugSession(launched[0]);
    }

    /** Launches what cannot be launched. @return why */
    static String refusal(ILaunchConfiguration configuration, String mode) {
        IStatus result = launch(configuration, mode, new ILaunch[1]);
        if (result.isOK()) {
            throw new AssertionError("The launch was not refused");
        }
        return result.getMessage();
    }

    private static IStatus launch(ILaunchConfiguration configuration, String mode, ILaunch[] launched) {
        DebugUITools.getPreferenceStore().setValue(SWITCH_ON_SUSPEND, MessageDialogWithToggle.ALWAYS);
        DebugUITools.getPreferenceStore().setValue(IDebugUIConstants.PREF_ACTIVATE_WORKBENCH, false);
        CompletableFuture<IStatus> result = new CompletableFuture<>();
        Job.createSystem("Launch", (ICoreRunnable) monitor -> {
            try {
                launched[0] = configuration.launch(mode, monitor);
                result.complete(Status.OK_STATUS);
            } catch (CoreException e) {
                result.complete(e.getStatus());
            }
        }).schedule();
        Workbench.until("the launch is done", result::isDone);
        return result.join();
    }

    MachineTarget machine() {
        return (MachineTarget) launch.getDebugTarget();
    }

    MachineProcess process() {
        return (MachineProcess) launch.getProcesses()[0];
    }

    VcpuThread vcpu() {
        return (VcpuThread) machine().getThreads()[0];
    }

    MachineFrame top() {
        return vcpu().getTopStackFrame();
    }

    /** The address of the next instruction. */
    long instructionPointer() {
        return HexLong.parse(top().instructionPointer());
    }

    /** The output of COM1 up to the machine's present. */
    String serialPort() {
        return process().session().serialPorts().all().stream().filter(port -> port.name().equals("COM1")).map(SerialPort::text)
                .findFirst().orElse("");
    }

    /** What the console of COM1 shows. */
    String serialConsole() {
        return serialConsole("COM1");
    }

    /** What the console of a port shows. */
    String serialConsole(String port) {
        for (IConsole console : ConsolePlugin.getDefault().getConsoleManager().getConsoles()) {
            if (console instanceof SerialConsole serial && serial.process() == process() && serial.getName().endsWith("[" + port + "]")) {
                return serial.getDocument().get();
            }
        }
        return "";
    }

    /** Waits for the next stop. */
    Stop awaitStop() {
        Workbench.until(() -> "the machine stops after " + stopsSeen + " stops; it says: " + console(),
                () -> machine().stop() != null && machine().stop().number() > stopsSeen || machine().isTerminated());
        Stop stop = machine().stop();
        if (stop == null) {
            throw new AssertionError("The machine ended instead of stopping; it says: " + console());
        }
        stopsSeen = stop.number();
        return stop;
    }

    /** Steps or resumes, and waits for the next stop. */
    Stop after(Consumer<VcpuThread> action) {
        action.accept(vcpu());
        return awaitStop();
    }

    /** Exports every VM exit, in the format that the name of the file tells. */
    void exportExits(Path file) {
        ExitExport export = new ExitExport(machine(), ExitFilter.ALL, file);
        export.schedule();
        Workbench.until("the file is written", () -> export.getResult() != null);
        assertTrue(export.getResult().isOK(), export.getResult().getMessage());
    }

    void awaitEnd() {
        Workbench.until(() -> "the machine ends; its stop is " + (launch.getDebugTarget() == null ? "none" : machine().stop())
                + "; it says: " + console(), launch::isTerminated);
    }

    /** Ends whatever still runs. */
    void close() {
        process().terminate();
        awaitEnd();
        DebugPlugin.getDefault().getLaunchManager().removeLaunch(launch);
    }

    /** What the console of the process shows. */
    String console() {
        for (IConsole console : ConsolePlugin.getDefault().getConsoleManager().getConsoles()) {
            if (console instanceof TextConsole text && DebugUITools.getConsole(process()) == console) {
                return text.getDocument().get();
            }
        }
        return "";
    }
}
