// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.launch.SetupShortcut;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.jface.viewers.StructuredSelection;
import org.junit.jupiter.api.Test;

/** What a launch configuration says reaches the program and the machine; a program in C prints what its boot loader has passed. */
class LaunchOptionsTest extends CHypervisorSession {

    private static final String BOOTED = """
            typedef unsigned int u32;
            static void out(unsigned short port, unsigned char value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
            static void print(const char *text) { while (*text) out(0x3F8, *text++); }
            u32 stack[1024];
            void start(u32 *info)
            {
                u32 i;
                u32 *module = (u32 *)info[6];
                print("command line: ");
                print((const char *)info[4]);
                for (i = 0; i < info[5]; i++, module += 4) {
                    const char *byte = (const char *)module[0];
                    print("\\nmodule ");
                    print((const char *)module[2]);
                    print(": ");
                    while (byte < (const char *)module[1])
                        out(0x3F8, *byte++);
                }
                print("\\n");
                __asm__ volatile("outw %0, %1" : : "a"((unsigned short)0x2000), "Nd"((unsigned short)0x604));
            }
            __asm__(".section .text.start, \\"ax\\"\\n.align 4\\n.long 0x1BADB002, 0, -0x1BADB002\\n.globl _start\\n"
                "_start: mov $stack + 4096, %esp\\npush %ebx\\ncall start\\n1: hlt\\njmp 1b\\n.text\\n");
            """;

    private ILaunchConfigurationWorkingCopy booted() throws Exception {
        program.source().setContents(BOOTED.getBytes(StandardCharsets.UTF_8), true, false, null);
        program.compileIn(program.project().getLocation().toPath());
        program.project().refreshLocal(IResource.DEPTH_INFINITE, null);
        ILaunchConfigurationWorkingCopy configuration = program.configuration().getWorkingCopy();
        configuration.setAttribute(LaunchAttributes.PROGRAM, program.project().getFile("outside.elf").getFullPath().toString());
        return configuration;
    }

    private void run(ILaunchConfigurationWorkingCopy configuration) throws Exception {
        ILaunchConfiguration saved = configuration.doSave();
        session = DebugSession.launch(saved, ILaunchManager.RUN_MODE);
        session.awaitEnd();
        saved.delete();
    }

    @Test
    void commandLineAndModulesReachTheProgram() throws Exception {
        ILaunchConfigurationWorkingCopy configuration = booted();
        IFile module = program.project().getFile("module.txt");
        module.create("contents".getBytes(StandardCharsets.UTF_8), true, false, null);
        configuration.setAttribute(LaunchAttributes.COMMAND_LINE, "quiet level=3");
        configuration.setAttribute(LaunchAttributes.MODULES, List.of(module.getFullPath() + " first one"));
        run(configuration);
        Workbench.until(() -> "the program tells: " + session.console(), () -> session.console().contains("level=3")
                && session.console().contains("first one: contents"));
    }

    @Test
    void optionsAndVariablesReachTheJvm() throws Exception {
        ILaunchConfigurationWorkingCopy configuration = booted();
        configuration.setAttribute(LaunchAttributes.VM_ARGUMENTS, "-Xmx300m\n-XshowSettings:vm \"-Dname=two words\"");
        configuration.setAttribute(ILaunchManager.ATTR_ENVIRONMENT_VARIABLES, Map.of("JAVA_TOOL_OPTIONS", "-Dvmcsmith.test=1"));
        configuration.setAttribute(ILaunchManager.ATTR_APPEND_ENVIRONMENT_VARIABLES, true);
        run(configuration);
        Workbench.until(() -> "the JVM tells: " + session.console(), () -> session.console().contains("Max. Heap Size: 300.00M")
                && session.console().contains("Picked up JAVA_TOOL_OPTIONS: -Dvmcsmith.test=1"));
    }

    @Test
    void aLaunchFileInAProjectIsLaunchedAndRemembered() throws Exception {
        IFile shared = program.project().getFile("shared.launch");
        shared.create("""
                <?xml version="1.0" encoding="UTF-8" standalone="no"?>
                <launchConfiguration type="dev.vmcsmith.debug.setup">
                    <stringAttribute key="dev.vmcsmith.debug.program" value="/chypervisor/c-hypervisor.elf"/>
                    <stringAttribute key="dev.vmcsmith.debug.stopAt" value="first-exit"/>
                </launchConfiguration>
                """.getBytes(StandardCharsets.UTF_8), true, false, null);
        ILaunchManager manager = DebugPlugin.getDefault().getLaunchManager();
        Workbench.until("the launch file is found", () -> manager.getLaunchConfiguration(shared).exists());
        ILaunchConfiguration configuration = manager.getLaunchConfiguration(shared);
        assertTrue(Arrays.asList(manager.getLaunchConfigurations()).contains(configuration));
        DebugUITools.launch(configuration, ILaunchManager.RUN_MODE);
        awaitLaunch(program.program().getName());
        assertEquals(configuration, DebugUITools.getLastLaunch(IDebugUIConstants.ID_RUN_LAUNCH_GROUP));
    }

    @Test
    void theShortcutLaunchesAnElfImage() throws Exception {
        SetupShortcut shortcut = new SetupShortcut();
        assertFalse(shortcut.getLaunchConfigurations(new StructuredSelection(program.program())).length > 0);
        shortcut.launch(new StructuredSelection(program.program()), ILaunchManager.RUN_MODE);
        awaitLaunch(program.program().getName());
        ILaunchConfiguration[] remembered = shortcut.getLaunchConfigurations(new StructuredSelection(program.program()));
        assertEquals(1, remembered.length);
        assertEquals(remembered[0], DebugUITools.getLastLaunch(IDebugUIConstants.ID_RUN_LAUNCH_GROUP));
    }

    private static void awaitLaunch(String name) throws Exception {
        ILaunchManager manager = DebugPlugin.getDefault().getLaunchManager();
        ILaunch[] found = new ILaunch[1];
        Workbench.until(name + " has run to its end", () -> {
            found[0] = Arrays.stream(manager.getLaunches()).filter(launch -> launch.isTerminated() && launch.getProcesses().length > 0
                    && launch.getProcesses()[0].getLabel().equals(name)).findFirst().orElse(null);
            return found[0] != null;
        });
        assertEquals(0, found[0].getProcesses()[0].getExitValue());
        manager.removeLaunch(found[0]);
    }
}
