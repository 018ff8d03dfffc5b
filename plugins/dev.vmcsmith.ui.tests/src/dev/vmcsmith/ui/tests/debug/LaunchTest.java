// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.launch.SetupConfigurations;
import dev.vmcsmith.debug.ui.launch.SetupShortcut;
import org.eclipse.core.resources.IFile;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.jface.viewers.StructuredSelection;
import org.junit.jupiter.api.Test;

class LaunchTest extends WalkthroughSession {

    @Test
    void aSetupWithAnErrorIsNotLaunched() throws Exception {
        program.replace("cs.access-rights = 0xC09B", "cs.access-rights = 0xC09A");
        ILaunchConfiguration configuration = program.configuration();
        String refusal = DebugSession.refusal(configuration, ILaunchManager.DEBUG_MODE);
        assertTrue(refusal.contains("walkthrough.hv has an error"), refusal);
        Workbench.until("no process is left", () -> {
            ILaunch[] launches = DebugPlugin.getDefault().getLaunchManager().getLaunches();
            return launches.length == 0 || launches[launches.length - 1].isTerminated();
        });
    }

    @Test
    void withoutChecksItIsLaunchedAndVmEntryFailsByTheSameRule() throws Exception {
        ILaunchConfigurationWorkingCopy configuration = uncheckedWithWrongAccessRights();
        session = DebugSession.launch(configuration.doSave(), ILaunchManager.DEBUG_MODE);
        Workbench.until(() -> "the failed VM entry is told: " + session.console(), () -> session.console().contains("GUEST_CS_AR_TYPE"));
    }

    @Test
    void aFailedVmEntryIsAStopBeforeTheHypervisorGivesUp() throws Exception {
        ILaunchConfigurationWorkingCopy configuration = uncheckedWithWrongAccessRights();
        configuration.setAttribute(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id());
        session = DebugSession.launch(configuration.doSave(), ILaunchManager.DEBUG_MODE);
        String stop = session.awaitStop().text();
        assertTrue(stop.contains("VM entry failed"), stop);
    }

    private ILaunchConfigurationWorkingCopy uncheckedWithWrongAccessRights() throws Exception {
        program.replace("cs.access-rights = 0xC09B", "cs.access-rights = 0xC09A");
        ILaunchConfigurationWorkingCopy configuration = program.configuration().getWorkingCopy();
        configuration.setAttribute(LaunchAttributes.NO_CHECK, true);
        return configuration;
    }

    @Test
    void aMachineThatDoesNotStopByItselfShowsItsProcessorsAndCanBeSuspended() throws Exception {
        program.write("""
                guest code Main at 0x1000 bits 32 { again: jmp again }
                ept All { map 0 .. 4 MiB -> identity rwx }
                vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main } }
                on Guest exit other { panic "not handled" }
                run Guest on 0, Guest2 on 1 { }
                vmcs Guest2 { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main } }
                on Guest2 exit other { panic "not handled" }
                """);
        launch(StopAt.BREAKPOINTS);
        Workbench.until("the processors are shown", () -> session.machine().getThreads().length == 2);
        Workbench.until("they can be suspended", session.vcpu()::canSuspend);
        assertFalse(session.vcpu().isSuspended());
        assertEquals(0, session.vcpu().getStackFrames().length);
        session.vcpu().suspend();
        assertEquals("pause", session.awaitStop().reason());
        assertTrue(session.vcpu().getStackFrames().length > 0);
    }

    @Test
    void aWrongOptionOfTheJvmIsToldInTheConsole() throws Exception {
        ILaunchConfiguration configuration = program.configuration(LaunchAttributes.VM_ARGUMENTS, "-XX:+NoSuchOption");
        String refusal = DebugSession.refusal(configuration, ILaunchManager.RUN_MODE);
        assertTrue(refusal.contains("the console says why"), refusal);
    }

    @Test
    void aMissingFileIsRefusedWithASentence() throws Exception {
        ILaunchConfiguration configuration = program.configuration(LaunchAttributes.PROGRAM, "/debugged/missing.hv");
        String refusal = DebugSession.refusal(configuration, ILaunchManager.RUN_MODE);
        assertEquals("/debugged/missing.hv does not exist in the workspace or the file system.", refusal);
    }

    @Test
    void aMemorySizeThatIsNoneIsRefusedWithASentence() throws Exception {
        ILaunchConfiguration configuration = program.configuration(LaunchAttributes.MEMORY, "0 MiB");
        String refusal = DebugSession.refusal(configuration, ILaunchManager.RUN_MODE);
        assertEquals("Memory is \"0 MiB\": write a size such as 64 MiB.", refusal);
    }

    @Test
    void theShortcutRunsASelectedSetupAndRemembersItsConfiguration() throws Exception {
        ILaunchManager manager = DebugPlugin.getDefault().getLaunchManager();
        int before = manager.getLaunches().length;
        new SetupShortcut().launch(new StructuredSelection(program.file()), ILaunchManager.RUN_MODE);
        Workbench.until("the run has ended",
                () -> manager.getLaunches().length > before && manager.getLaunches()[manager.getLaunches().length - 1].isTerminated());
        ILaunch launch = manager.getLaunches()[manager.getLaunches().length - 1];
        assertEquals(0, launch.getProcesses()[0].getExitValue());
        assertEquals(1, SetupConfigurations.of(program.file()).size());
        assertEquals(StopAt.EVERY_EXIT.id(),
                SetupConfigurations.of(program.file()).getFirst().getAttribute(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id()));
        manager.removeLaunch(launch);
    }

    @Test
    void setupsAndElfImagesCanBeLaunchedAndOtherFilesCannot() throws Exception {
        SetupShortcut shortcut = new SetupShortcut();
        IFile image = program.file().getProject().getFile("kernel");
        image.create(new byte[] { 0x7F, 'E', 'L', 'F', 1, 1, 1 }, true, false, null);
        IFile text = program.file().getProject().getFile("notes.txt");
        text.create("ELF".getBytes(), true, false, null);
        assertEquals(program.file(), shortcut.getLaunchableResource(new StructuredSelection(program.file())));
        assertEquals(image, shortcut.getLaunchableResource(new StructuredSelection(image)));
        assertNull(shortcut.getLaunchableResource(new StructuredSelection(text)));
    }
}
