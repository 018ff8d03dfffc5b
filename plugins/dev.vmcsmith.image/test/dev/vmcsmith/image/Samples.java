// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Images and tools the tests share. */
public final class Samples {
    public static final String HV = "/home/user/setups/walkthrough.hv";

    private Samples() {
    }

    public static BootImage image(int bits) {
        byte[] code = new byte[0x300];
        System.arraycopy(MultibootHeader.encode(MultibootHeader.MEMORY_INFO), 0, code, 0, 12);
        List<LineRow> rows = List.of(LineRow.statement(0x10_000C, HV, 12), new LineRow(0x10_0010, HV, 13, 9, false, false),
                LineRow.statement(0x10_0011, "common/ports.hv", 2), LineRow.statement(0x10_0200, HV, 900), LineRow.end(0x10_0210),
                LineRow.statement(0x1_0000, HV, 40), LineRow.statement(0x1_0005, HV, 41), LineRow.end(0x1_0007));
        return BootImage.builder("sample.elf", bits).entry(0x10_000C)
                .segment(new Segment(".text", 0x10_0000, 0x10_0000, code, 0x1000, Segment.READ | Segment.EXECUTE))
                .segment(Segment.of(".guest.Main", 0x1_0000, new byte[] {1, 2, 3, 4, 5, 6, 7}, Segment.READ | Segment.WRITE | Segment.EXECUTE))
                .segment(new Segment(".stack", 0x20_0000, 0x20_0000, new byte[0], 0x4000, Segment.READ | Segment.WRITE))
                .symbols(new SymbolTable(List.of(Symbol.function("start", 0x10_000C, 0x40), Symbol.label("Main", 0x1_0000),
                        Symbol.label("Guest.exit.cpuid", 0x10_0200), new Symbol("STOP", 0x535654, 0, Symbol.Kind.CONSTANT),
                        new Symbol("stack", 0x20_0000, 0x4000, Symbol.Kind.OBJECT))))
                .lines(new LineTable(rows))
                .machine(new MachineConfig("profiles/ci \"box\".vmxcap", 64L << 20, 2, "com1", "long-64"))
                .expectations(new Expectations(List.of(new Expectations.Exits(List.of("cpuid", "cr-access", "vmcall"), HV, 70),
                        new Expectations.ExitCount("cpuid", Expectations.Relation.AT_LEAST, 3, HV, 71),
                        new Expectations.LogContains("leaf \"1\"\n\\ end", "dir with space/x.hv", 72),
                        new Expectations.Of("Second", 0x40_3000, new Expectations.Exits(List.of("hlt*2", "..."), HV, 73)))))
                .build();
    }

    /** Output of a tool; the test is skipped when the tool is not installed. */
    public static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort(command[0] + " is not installed");
            throw e;
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /** Compiles C sources into {@code program.elf}, a program without libraries, and returns its path. */
    public static Path gcc(Path directory, String... options) throws IOException, InterruptedException {
        Path sources = Files.createDirectories(directory.resolve("sub"));
        Files.writeString(sources.resolve("helper.h"), """
                static inline int twice(int x)
                {
                    return x + x;
                }
                """);
        Files.writeString(sources.resolve("second.c"), """
                #include "helper.h"
                int table[4] = {1, 2, 3, 4};
                int sum(int n)
                {
                    int s = 0;
                    for (int i = 0; i < n; i++) {
                        s += twice(table[i & 3]);
                    }


                    return s;
                }
                """);
        Files.writeString(directory.resolve("main.c"), """
                int sum(int n);
                __attribute__((section(".multiboot"), used)) const unsigned header[3] = {0x1BADB002, 2, 0u - 0x1BADB002u - 2u};
                void _start(void)
                {
                    volatile int x = sum(12);
                    while (x != 0) {
                        x--;
                    }
                    for (;;) {
                    }
                }
                """);
        List<String> command = new ArrayList<>(List.of("gcc", "-ffreestanding", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-o",
                "program.elf", "main.c", "sub/second.c"));
        command.addAll(Arrays.asList(options));
        run(directory, command.toArray(String[]::new));
        return directory.resolve("program.elf");
    }
}
