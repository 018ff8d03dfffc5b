// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineTarget;
import dev.vmcsmith.debug.session.ConnectionEndedException;
import dev.vmcsmith.debug.session.MachineProcess;
import dev.vmcsmith.debug.session.MachineSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.LaunchConfigurationDelegate;

/** Launches a <em>Hypervisor Setup</em>: starts the machine's JVM and goes through the protocol until the machine runs. */
public final class SetupLaunchDelegate extends LaunchConfigurationDelegate {

    private static final int START_SECONDS = 60;
    private static final int CANCEL_CHECK_MILLIS = 100;

    @Override
    public void launch(ILaunchConfiguration configuration, String mode, ILaunch launch, IProgressMonitor monitor) throws CoreException {
        boolean debug = ILaunchManager.DEBUG_MODE.equals(mode);
        SubMonitor progress = SubMonitor.convert(monitor, "Starting the machine", 2);
        Program program = Program.of(configuration);
        LaunchArguments arguments = LaunchOptions.read(configuration, !debug);
        List<String> command = MachineJvm.command(configuration.getAttribute(LaunchAttributes.VM_ARGUMENTS, ""));
        Process jvm = MachineJvm.start(command, program.path().getParent(),
                DebugPlugin.getDefault().getLaunchManager().getEnvironment(configuration));
        progress.worked(1);
        MachineTarget target = debug ? new MachineTarget(launch, program.name()) : null;
        MachineSession session = new MachineSession(jvm, debug ? target : new RunListener());
        MachineProcess process = new MachineProcess(launch, session, program.name(), DebugPlugin.renderArguments(
                command.toArray(String[]::new), null));
        if (debug) {
            target.attach(process);
        }
        Supplier<CompletableFuture<?>> configure = debug ? target::sendBreakpoints : () -> CompletableFuture.completedFuture(null);
        await(session, session.start(arguments, configure), progress);
        if (debug) {
            target.started();
        }
    }

    /** The project of the program: its editors are saved and it is built first. */
    @Override
    protected IProject[] getBuildOrder(ILaunchConfiguration configuration, String mode) throws CoreException {
        IFile file = Program.of(configuration).workspaceFile();
        return file == null ? null : computeReferencedBuildOrder(new IProject[] { file.getProject() });
    }

    private static void await(MachineSession session, CompletableFuture<Void> started, SubMonitor progress) throws CoreException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                started.get(CANCEL_CHECK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                if (progress.isCanceled()) {
                    session.terminate();
                    return;
                }
                if (System.nanoTime() > giveUp) {
                    throw abandon(session, "The machine's JVM has not started within " + START_SECONDS + " seconds.", e);
                }
            } catch (ExecutionException e) {
                boolean died = e.getCause() instanceof ConnectionEndedException;
                throw abandon(session, died ? "The machine's JVM ended before the machine was ready; the console says why."
                        : MachineElement.messageOf(e), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw abandon(session, "Interrupted while the machine started.", e);
            }
        }
    }

    private static CoreException abandon(MachineSession session, String message, Exception cause) {
        session.terminate();
        return new CoreException(Status.error(message, cause));
    }
}
