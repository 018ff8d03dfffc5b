// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.RestartArguments;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StepInTargetsArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminateArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From launch to end. */
class LaunchConversationTest {
    @TempDir
    private Path folder;

    private LaunchArguments tiny(String... replacements) {
        return LaunchArguments.of(new TinyHypervisor(folder, replacements).elf().toString());
    }

    @Test
    void aRunWithoutDebuggingPrintsSerialTextAndEndsWithTheImagesExitCode() throws Exception {
        try (Conversation client = new Conversation()) {
            client.launch(tiny().withNoDebug(true));
            client.configurationDone();
            assertEquals(1, client.exitCode());
            assertEquals("x\nx\n", client.output("stdout"));
            assertTrue(client.output("console").contains("debug exit"), client.output());
            assertEquals(3, client.exitEvents().getLast().total());
        }
    }

    @Test
    void everyVmExitStopsWithItsReasonByDefault() throws Exception {
        try (Conversation client = new Conversation()) {
            assertEquals("VM exit 1: CPUID (10)", client.launchAndStop(tiny()).getText());
            assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.resume().getText());
            assertEquals("VM exit 3: VMCALL (18)", client.resume().getText());
            client.resumeToEnd();
            assertEquals(1, client.exitCode());
        }
    }

    @Test
    void theFirstExitOnlyWhenThatIsWanted() throws Exception {
        try (Conversation client = new Conversation()) {
            assertEquals("VM exit 1: CPUID (10)", client.launchAndStop(tiny().withStopAt(StopAt.FIRST_EXIT)).getText());
            client.resumeToEnd();
            client.exitCode();
        }
    }

    @Test
    void beforeTheFirstInstructionWhenThatIsWanted() throws Exception {
        try (Conversation client = new Conversation()) {
            assertEquals("entry", client.launchAndStop(tiny().withStopAt(StopAt.ENTRY)).getReason());
            assertEquals("start", client.stack()[0].getName());
        }
    }

    @Test
    void aRequestThatIsNotSupportedIsRefusedWithOneLine() throws Exception {
        try (Conversation client = new Conversation()) {
            client.launchAndStop(tiny());
            assertTrue(Conversation.refusal(client.server().stepInTargets(new StepInTargetsArguments())).contains("does not support"));
        }
    }

    @Test
    void badLaunchesAreRefusedWithOneLine() throws Exception {
        try (Conversation client = new Conversation()) {
            client.initialize();
            VmcsmithDebugServer server = client.server();
            assertTrue(Conversation.refusal(server.launch(Map.of())).contains("program"));
            for (Path bad : new Path[] {folder.resolve("missing.elf"), truncated(), folder}) {
                String message = Conversation.refusal(server.launch(LaunchArguments.of(bad.toString()).toMap()));
                assertFalse(message.contains("\n") || message.contains("Exception"), message);
                assertTrue(message.contains(bad.getFileName().toString()), message);
            }
            Map<String, Object> noMemory = tiny().toMap();
            noMemory.put("memory", "0 MiB");
            assertTrue(Conversation.refusal(server.launch(noMemory)).contains("at least 1 MiB"));
            Map<String, Object> noCpu = tiny().toMap();
            noCpu.put("cpu", "abacus");
            assertTrue(Conversation.refusal(server.launch(noCpu)).contains("skylake"));
        }
    }

    private Path truncated() throws IOException {
        byte[] whole = Files.readAllBytes(new TinyHypervisor(folder).elf());
        return Files.write(folder.resolve("truncated.elf"), java.util.Arrays.copyOf(whole, 700));
    }

    @Test
    void aRunawayEndsAtTheInstructionLimitWithTheMachinesState() throws Exception {
        try (Conversation client = new Conversation()) {
            Map<String, Object> arguments = tiny("hlt\n\nhelper", "jmp $\n\nhelper", "vmcall  ", "nop     ").toMap();
            arguments.put("maxInstructions", 100_000);
            client.launch(LaunchArguments.of(arguments).withNoDebug(true));
            client.configurationDone();
            assertEquals(1, client.exitCode());
            assertTrue(client.output("important").contains("100000"), client.output());
            assertTrue(client.output("important").contains("rip"), client.output());
        }
    }

    @Test
    void aRunningMachineAnswersAndCanBePausedAndTerminated() throws Exception {
        try (Conversation client = new Conversation()) {
            client.launch(tiny("vmcall  ", "jmp $   ").withStopAt(StopAt.BREAKPOINTS));
            client.configurationDone();
            StackTraceArguments early = new StackTraceArguments();
            early.setThreadId(1);
            assertEquals(VmcsmithDebugServer.NOT_SUSPENDED, Conversation.refusal(client.server().stackTrace(early)));
            assertEquals("vCPU 0", Conversation.get(client.server().threads()).getThreads()[0].getName());
            PauseArguments pause = new PauseArguments();
            pause.setThreadId(1);
            Conversation.get(client.server().pause(pause));
            assertEquals("pause", client.stop().getReason());
            client.resumeToEnd();
            Conversation.get(client.server().terminate(new TerminateArguments()));
            assertEquals(130, client.exitCode());
        }
    }

    @Test
    void aRestartBeginsAgain() throws Exception {
        try (Conversation client = new Conversation()) {
            client.launchAndStop(tiny());
            client.resume();
            Conversation.get(client.server().restart(new RestartArguments()));
            assertEquals("VM exit 1: CPUID (10)", client.stop().getText());
        }
    }

    @Test
    void aRestartTakesNewArguments() throws Exception {
        try (Conversation client = new Conversation()) {
            client.launchAndStop(tiny());
            LaunchArguments other = LaunchArguments.of(new TinyHypervisor(Files.createDirectory(folder.resolve("other")),
                    "        cpuid\n", "        nop\n").elf().toString()).withStopAt(StopAt.FIRST_EXIT);
            client.request("restart", Map.of("arguments", other.toMap()));
            assertTrue(client.stop().getText().startsWith("VM exit 1: Control-register accesses"));
            client.request("restart", Map.of());
            assertTrue(client.stop().getText().startsWith("VM exit 1: Control-register accesses"), "what was launched last");
            Map<String, Object> missing = Map.of("arguments", Map.of("program", folder.resolve("missing.elf").toString()));
            assertTrue(assertThrows(AssertionError.class, () -> client.request("restart", missing)).getMessage().contains("missing.elf"));
            assertTrue(client.stack()[0].getName().startsWith("handler"), "a restart that is refused changes nothing");
        }
    }

    @Test
    void whatArrivesAtTheSerialPortAndWhatIsExpectedAreUpToTheLaunch() throws Exception {
        Path input = Files.writeString(folder.resolve("input.txt"), "y");
        String echo = "        mov dx, COM1                    ; line 400\n        mov al, 'x'\n";
        TinyHypervisor reading = new TinyHypervisor(folder, echo, "        mov dx, COM1\n        in al, dx\n");
        try (Conversation client = new Conversation()) {
            Map<String, Object> arguments = LaunchArguments.of(reading.elf().toString()).withNoDebug(true).toMap();
            arguments.put("serialInput", input.toString());
            client.launch(LaunchArguments.of(arguments));
            client.configurationDone();
            client.exitCode();
            assertTrue(client.output("stdout").startsWith("y\n"), client.output());
        }
        try (Conversation client = new Conversation()) {
            client.initialize();
            Map<String, Object> arguments = LaunchArguments.of(reading.elf().toString()).toMap();
            arguments.put("serialInput", folder.resolve("missing.txt").toString());
            assertTrue(Conversation.refusal(client.server().launch(arguments)).contains("missing.txt"));
        }
    }

    @Test
    void aMachineRebootsWhenThatIsWanted() throws Exception {
        String reset = "        mov dx, 0xCF9\n        mov al, 6\n        out dx, al\n";
        TinyHypervisor resetting = new TinyHypervisor(folder, "        vmxoff                          ; line 500\n        xor eax, eax\n",
                "        vmxoff\n" + reset);
        for (boolean reboot : new boolean[] {false, true}) {
            try (Conversation client = new Conversation()) {
                Map<String, Object> arguments = LaunchArguments.of(resetting.elf().toString()).toMap();
                arguments.put("reboot", reboot);
                client.launchAndStop(LaunchArguments.of(arguments));
                client.resume();
                client.resume();
                if (reboot) {
                    assertEquals("VM exit 4: CPUID (10)", client.resume().getText());
                    assertEquals("VM exit 3: VMCALL (18)", client.reverse().getText());
                    assertEquals("VM exit 4: CPUID (10)", client.resume().getText());
                } else {
                    client.resumeToEnd();
                    assertTrue(client.exitCode() == 0 && client.output("console").contains("reset"), client.output());
                }
            }
        }
    }

    @Test
    void aClientThatVanishesLeavesNoMachineBehind() throws Exception {
        for (StopAt stopAt : new StopAt[] {StopAt.BREAKPOINTS, StopAt.ENTRY}) {
            try (Conversation client = new Conversation()) {
                client.launch(tiny("vmcall  ", "jmp $   ").withStopAt(stopAt));
                client.configurationDone();
                if (stopAt == StopAt.ENTRY) {
                    client.stop();
                }
                client.vanish();
            }
            for (int i = 0; i < 200 && !threads().isEmpty(); i++) {
                Thread.sleep(50);
            }
            assertEquals(List.of(), threads());
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.equals("VMCSmith machine"))
                .toList();
    }

    /** Wherever the machine was to stop: the hypervisor may be about to give up. */
    @ParameterizedTest
    @EnumSource(StopAt.class)
    void aFailedVmEntryStopsAndNamesTheRule(StopAt stopAt) throws Exception {
        try (Conversation client = new Conversation()) {
            StoppedEventArguments stop = client.launchAndStop(tiny("dd 0x4816, 0xC09B", "dd 0x4816, 0xC09A").withStopAt(stopAt));
            String text = (stopAt == StopAt.ENTRY ? client.resume() : stop).getText();
            assertTrue(text.contains("VM entry failed") && text.contains("GUEST_CS_AR_TYPE"), text);
            assertTrue(client.output("important").contains("GUEST_CS_AR_TYPE"), client.output());
            ExitRecord exit = Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).exits().getFirst();
            assertTrue(exit.entryFailure());
            assertEquals("handler", exit.handler(), "the code that is going to see it");
        }
    }
}
