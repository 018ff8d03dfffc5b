// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.LaunchArguments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real gdb debugs a machine. */
class GdbServerTest {
    private static final int SECONDS = 60;

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private CompletableFuture<Integer> exitCode;
    private int port;

    @BeforeAll
    static void gdbIsInstalled() {
        boolean installed;
        try {
            installed = new ProcessBuilder("gdb", "--version").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            installed = false;
        }
        Assumptions.assumeTrue(installed, "gdb is not installed: apt-get install gdb");
    }

    private void serve(Path program) throws Exception {
        serve(program, OptionalInt.empty());
    }

    private void serve(Path program, OptionalInt registers) throws Exception {
        CompletableFuture<Integer> open = new CompletableFuture<>();
        exitCode = CompletableFuture.supplyAsync(() -> {
            try {
                return GdbServer.serve(LaunchArguments.of(program.toString()), registers, 0, open::complete, new PrintStream(printed, true,
                        StandardCharsets.UTF_8));
            } catch (Exception e) {
                open.completeExceptionally(e);
                throw new IllegalStateException(e);
            }
        }, task -> Thread.ofPlatform().daemon().start(task));
        port = open.get(SECONDS, TimeUnit.SECONDS);
    }

    private int end() throws Exception {
        return exitCode.get(SECONDS, TimeUnit.SECONDS);
    }

    /** What gdb prints for commands after it has connected. */
    private String gdb(Path file, String... commands) throws Exception {
        List<String> all = new ArrayList<>(List.of(commands));
        all.addFirst("target remote :" + port);
        return unconnected(file, all);
    }

    /** What gdb prints for commands. */
    private String unconnected(Path file, List<String> commands) throws Exception {
        List<String> command = new ArrayList<>(List.of("gdb", "-nx", "-q", "-batch", "-ex", "set confirm off", "-ex", "set width 0", "-ex",
                "set tcp connect-timeout 20"));
        for (String one : commands) {
            command.addAll(List.of("-ex", one));
        }
        if (file != null) {
            command.add(file.toString());
        }
        Path output = folder.resolve("gdb.txt");
        Process gdb = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!gdb.waitFor(SECONDS, TimeUnit.SECONDS)) {
            gdb.destroyForcibly();
            throw new AssertionError("gdb does not end: " + Files.readString(output));
        }
        return Files.readString(output);
    }

    private static void contains(String output, String pattern) {
        assertTrue(Pattern.compile(pattern, Pattern.DOTALL).matcher(output).find(), "no " + pattern + " in:\n" + output);
    }

    @Test
    void itSetsBreakpointsSeesSourceAndVariablesAndStepsInACHypervisor() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        serve(program.elf());
        String output = gdb(program.elf(), "break on_vmcall", "continue", "bt", "next", "next", "info locals", "print total", "stepi",
                "info registers eip cs cr0", "print $xmm0.uint128", "hbreak leave", "continue", "kill");
        contains(output, "Breakpoint 1, on_vmcall \\(guest=0x[0-9a-f]+ <host_stack.*u32 call = guest->eax;");
        contains(output, "#1 +0x[0-9a-f]+ in handle_exit .*#2 +0x[0-9a-f]+ in exit_entry");
        contains(output, "call = 1\namount = 10\n");
        contains(output, "eip +0x[0-9a-f]+ +0x[0-9a-f]+ <on_vmcall\\+[0-9]+>\ncs +0x8 +8\ncr0 +0x80000031");
        assertFalse(output.contains("warning"), output);
        assertEquals(137, end());
    }

    @Test
    void itReadsRegistersAndMemoryOfTheGuestAndSetsWatchpoints() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        serve(program.elf());
        String output = gdb(program.elf(), "break guest_main", "continue", "print leaf", "monitor mode", "info threads", "x/2i $pc",
                "watch total", "continue", "print total", "info symbol $pc", "continue", "print total", "rwatch exits_handled", "delete 2",
                "continue", "set var total = 1000", "print total", "delete", "continue");
        contains(output, "Breakpoint 1, guest_main");
        contains(output, "vCPU 0: guest, 32-bit code");
        contains(output, "Thread 1 \\(vCPU 0, guest\\)");
        contains(output, "Hardware watchpoint 2: total.*Old value = 0\nNew value = 10\n.*add \\+ ");
        contains(output, "Old value = 10\nNew value = 30\n");
        contains(output, "Hardware read watchpoint 3: exits_handled.*Value = 4");
        contains(output, "= 1000\n");
        contains(output, "exited normally");
        assertEquals(0, end());
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("total 1070"), printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void itGoesBackInTime() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        serve(program.elf());
        String output = gdb(program.elf(), "break leave", "continue", "print total", "tbreak guest_main", "reverse-continue", "print total",
                "delete", "break on_cpuid", "continue", "print $eip == on_cpuid", "reverse-stepi", "stepi", "info symbol $pc", "delete",
                "reverse-continue", "info symbol $pc", "continue");
        contains(output, "\\$1 = 100\n.*Temporary breakpoint 2.*\\$2 = 0\n.*Breakpoint 3, on_cpuid");
        contains(output, "No more reverse-execution history.*_start in section");
        contains(output, "exited normally");
        assertEquals(0, end());
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("launching the guest\ncpuid leaf 0\ncpuid leaf 1\ntotal 100\n"),
                "serial output is not repeated: " + printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void itsMonitorCommandsShowWhatGdbHasNoWordsFor() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        serve(program.elf());
        String output = gdb(program.elf(), "monitor help", "monitor vmcs", "break on_vmcall", "continue", "monitor vmcs guest.rip",
                "monitor exits", "monitor walk guest-physical:0x100000", "monitor walk 0xf0000000", "monitor why", "monitor x",
                "monitor read host-physical:0x108000 4", "monitor nonsense", "monitor walk", "kill");
        contains(output, "monitor walk ADDRESS");
        contains(output, "This processor has no current VMCS");
        contains(output, "guest.rip +0x00000000001[0-9a-f]+ +hypercall\\+0x");
        contains(output, "3 VM exits.*VMCALL \\(18\\)");
        contains(output, "EPT PDE +at 0x[0-9a-f]+ +0x[0-9a-f]+ +rwx WB 2-MByte page.*physical 0x100000, rwx, WB");
        contains(output, "fails here.*the PDE is not present");
        contains(output, "VMCALL always exits");
        contains(output, "host-physical:0x108000 +[0-9a-f]{2} 00 00 00");
        contains(output, "there is no monitor command \"nonsense\"");
        contains(output, "an address is missing");
        assertEquals(137, end());
    }

    @Test
    void anImageFor64BitsHasTheRegistersOfAmd64() throws Exception {
        CHypervisor program = new CHypervisor(folder);
        Path wide = folder.resolve("wide.elf");
        int converted = new ProcessBuilder("objcopy", "-O", "elf64-x86-64", program.elf().toString(), wide.toString()).start().waitFor();
        assertEquals(0, converted);
        serve(wide);
        String output = gdb(wide, "print/x $rip == (long) &_start", "set var $r15 = 0x123456789abcdef0", "print/x $r15",
                "set var $xmm3.v2_int64[1] = 7", "print $xmm3.v2_int64", "print $st0", "print/x $fctrl", "print $fs_base", "kill");
        contains(output, "\\$1 = 0x1\n\\$2 = 0x123456789abcdef0\n\\$3 = \\{0, 7\\}\n\\$4 = 0\n\\$5 = 0x40\n\\$6 = 0\n");
        assertFalse(output.contains("warning"), output);
        assertEquals(137, end());
    }

    /** As for a hypervisor that its build has put into a 32-bit file for the boot loader, with the symbols in the 64-bit one. */
    @Test
    void a64BitSymbolFileFitsTheRegistersThatWereAskedFor() throws Exception {
        TinyHypervisor tiny = new TinyHypervisor(folder);
        Path wide = folder.resolve("wide.elf");
        assertEquals(0, new ProcessBuilder("objcopy", "-O", "elf64-x86-64", tiny.elf().toString(), wide.toString()).start().waitFor());
        serve(tiny.elf(), OptionalInt.of(64));
        String output = gdb(wide, "break guest", "continue", "print sizeof($rip)", "info symbol $pc", "kill");
        contains(output, "Breakpoint 1, .*\\$1 = 8\nguest in section");
        assertFalse(output.contains("warning"), output);
        assertEquals(137, end());
    }

    @Test
    void theRegistersOfTheOtherModeAreChosenForTheNextConnection() throws Exception {
        TinyHypervisor tiny = new TinyHypervisor(folder);
        serve(tiny.elf());
        String before = gdb(null, "print sizeof($eip)", "monitor registers 64", "disconnect");
        contains(before, "\\$1 = 4\n");
        contains(before, "say first: set architecture i386:x86-64");
        String withFile = unconnected(tiny.elf(), List.of("set architecture i386:x86-64", "target remote :" + port, "break guest",
                "continue", "print sizeof($rip)", "info symbol $pc", "disconnect"));
        contains(withFile, "Breakpoint 1, .*\\$1 = 8\nguest in section");
        String output = gdb(null, "print sizeof($rip)", "print/x $r15", "kill");
        contains(output, "\\$1 = 8\n\\$2 = 0x0\n");
        assertFalse(output.contains("warning: Selected"), output);
        assertEquals(137, end());
    }

    @Test
    void aDetachedProgramRunsOnAndABrokenConnectionCanBeMadeAgain() throws Exception {
        TinyHypervisor tiny = new TinyHypervisor(folder);
        serve(tiny.elf());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("+$vCont;c#a8".getBytes(StandardCharsets.US_ASCII), 0, 5);
        }
        String output = gdb(tiny.elf(), "break helper", "continue", "detach");
        contains(output, "Breakpoint 1, .*helper");
        assertEquals(1, end(), "the image's own exit code");
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("debug exit"));
    }

    private static void waitFor(Path output, String text) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.readString(output).contains(text)) {
            assertTrue(System.nanoTime() < until, "no " + text + " in:\n" + Files.readString(output));
            Thread.sleep(20);
        }
    }

    @Test
    void aRunningMachineIsInterrupted() throws Exception {
        TinyHypervisor tiny = new TinyHypervisor(folder, "vmcall  ", "jmp $   ");
        serve(tiny.elf());
        Path output = folder.resolve("gdb.txt");
        Process gdb = new ProcessBuilder("gdb", "-nx", "-q", "-ex", "set confirm off", "-ex", "target remote :" + port,
                tiny.elf().toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try (OutputStream in = gdb.getOutputStream()) {
            in.write("break guest\ncontinue\ndelete\necho the guest runs\\n\ncontinue\n".getBytes(StandardCharsets.US_ASCII));
            in.flush();
            waitFor(output, "the guest runs\n(gdb) Continuing");
            new ProcessBuilder("kill", "-INT", Long.toString(gdb.pid())).start().waitFor();
            waitFor(output, "SIGINT");
            in.write("info symbol $pc\nmonitor mode\nkill\nquit\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertTrue(gdb.waitFor(SECONDS, TimeUnit.SECONDS));
        contains(Files.readString(output), "Program received signal SIGINT.*guest");
        assertEquals(137, end());
    }
}
