// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.GeneratedFiles;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.lang.Walkthrough;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated sources compile without a warning, and what they write and build is what the setup says. */
class GeneratorTest {
    private static final Path EXAMPLES = Walkthrough.FILE.getParent().getParent();
    private static final Path STUBS = Path.of("test", "dev", "vmcsmith", "lang", "generator", "stubs");
    private static final String LISTS = """
            ept A { walk 5 accessed-dirty map 0 .. 3 GiB -> identity rwx WB map 0x5000 size 4 KiB -> none hook 0x20_0123 -> r-- }
            ept B { map 1 MiB .. 5 MiB -> 16 MiB rwxu UC suppress-ve pages 4 KiB }
            vmcs Guest-1 {
                secondary { unrestricted-guest }
                ept A
                eptp-list { A, B }
                entry-msr-load { IA32_PAT = 0x0007040600070406 }
                exit-msr-store { IA32_PAT, IA32_TIME_STAMP_COUNTER }
                msr-bitmap { read 0 .. 0x1FFF }
                guest like-host { rip = 0x1000 }
                host { sysenter-esp = 0x77 }
                exit { load-ia32-pat, load-ia32-efer }
                io-bitmap { 0x80 } cr3-targets { 0x1000 } vpid 2
                vmread-bitmap { all } eoi-bitmap { 0x20 }
                field 0x6C14 = 0x1234 field 0x0800 = 0x10 field 0x4822 = 0x8B field 0x2810 = 1 field 0x2811 = 2
            }
            machine { cpu "sapphire-rapids" }
            """;

    @TempDir
    private Path folder;

    private List<Path> generate(Path setup, Dialect dialect) throws IOException {
        GeneratedFiles generated = Setups.generate(setup, dialect, 0x40_0000, CompileOptions.DEFAULT);
        assertTrue(generated.problems().stream().noneMatch(problem -> problem.isError()), generated.problems().toString());
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : generated.files().entrySet()) {
            written.add(Files.write(folder.resolve(file.getKey()), file.getValue()));
        }
        return written;
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        try {
            assertEquals(0, process.waitFor(), command + "\n" + output);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return output;
    }

    private static void assumeCompiler() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "there is no gcc");
    }

    private static List<String> compiler(String... arguments) {
        List<String> command = new ArrayList<>(List.of("gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-I", STUBS.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everySourceCompilesWithoutAWarning(Dialect dialect) throws IOException {
        assumeCompiler();
        List<Path> setups = new ArrayList<>(List.of(Files.writeString(folder.resolve("lists.hv"), LISTS)));
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            files.filter(file -> file.toString().endsWith(".hv")).forEach(setups::add);
        }
        assertTrue(setups.size() > 4);
        for (Path setup : setups) {
            for (Path source : generate(setup, dialect)) {
                if (source.toString().endsWith(".c")) {
                    run(compiler("-c", source.toString(), "-o", folder.resolve("out.o").toString()));
                    run(compiler("-m32", "-ffreestanding", "-c", source.toString(), "-o", folder.resolve("out.o").toString()));
                }
            }
        }
    }

    @Test
    void theCodeBuildsTheTablesOfTheBinary() throws IOException {
        assumeCompiler();
        List<Path> files = generate(Files.writeString(folder.resolve("lists.hv"), LISTS), Dialect.ASM);
        Path main = Files.writeString(folder.resolve("main.c"), """
                #include <stdio.h>
                #include "lists_ept.c"
                static vmx_u64 a[EPT_A_TABLES * 512], b[EPT_B_TABLES * 512];
                int main(void)
                {
                    build_ept_A(a, 0x400000);
                    build_ept_B(b, 0x400000);
                    fwrite(a, 1, sizeof a, stdout);
                    fwrite(b, 1, sizeof b, stdout);
                    return ept_pointer_A(0x400000) != 0x400066 || ept_pointer_B(0x400000) != 0x40001e;
                }
                """);
        Path program = folder.resolve("main");
        run(compiler(main.toString(), "-o", program.toString()));
        byte[] built = run(List.of(program.toString())).getBytes(StandardCharsets.ISO_8859_1);
        byte[] a = Files.readAllBytes(folder.resolve("lists_ept_A.bin"));
        byte[] b = Files.readAllBytes(folder.resolve("lists_ept_B.bin"));
        byte[] expected = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, expected, a.length, b.length);
        assertArrayEquals(expected, built);
        String map = Files.readString(folder.resolve("lists_ept_A.map"));
        assertTrue(map.contains("EPT pointer 0x400066") && map.contains("0x5000 .. 0x6000 -> none")
                && map.contains("0x200000 .. 0x201000 -> 0x200000 r-- WB"), map);
        assertEquals(6, files.size());
    }

    @Test
    void theCodeWritesTheFieldsOfTheSetup() throws IOException {
        assumeCompiler();
        generate(EXAMPLES.resolve("walkthrough-32").resolve("walkthrough-32.hv"), Dialect.WINDOWS);
        Path main = Files.writeString(folder.resolve("main.c"), """
                #include <stdio.h>
                #include "walkthrough_32_vmcs.c"
                unsigned __int64 __readmsr(int msr) { return msr == 0x48B || msr == 0x491 ? 0xFFFFFFFF00000000 : 0xFFFFFFFF00000016; }
                unsigned char __vmx_vmwrite(size_t field, size_t value) { printf("%zx=%zx\\n", field, value); return 0; }
                int main(void)
                {
                    struct vmx_host host = { .cs_selector = 0x0B, .rip = 0xABC, .tr_selector = 0x40 };
                    struct Guest_addresses at = { .ept_pointer_Identity = 0x50001E, .msr_bitmap = 0x600000 };
                    return write_vmcs_Guest(&host, &at);
                }
                """);
        Path program = folder.resolve("main");
        run(compiler(main.toString(), "-o", program.toString()));
        Map<String, String> fields = new HashMap<>();
        run(List.of(program.toString())).lines().forEach(line -> fields.put(line.split("=")[0], line.split("=")[1]));
        assertEquals("c09b", fields.get("4816"));
        assertEquals("20ab", fields.get("480e"));
        assertEquals("10000", fields.get("4820"));
        assertEquals("ffffffffffffffff", fields.get("2800"));
        assertEquals("400", fields.get("681a"));
        assertEquals("50001e", fields.get("201a"));
        assertEquals("600000", fields.get("2004"));
        assertEquals("8", fields.get("c02"));
        assertEquals("abc", fields.get("6c16"));
        assertEquals("16", fields.get("4000"));
        assertEquals("a2", fields.get("401e"));
        String source = Files.readString(folder.resolve("walkthrough_32_vmcs.c"));
        assertTrue(source.contains("CR3-load exiting") && source.contains("must be 1, bit 1 of MSR 0x48D is 1"), source);
    }

    @Test
    void msrsThatExitsLoadAreThoseOfTheHypervisor() throws IOException {
        Path source = generate(Files.writeString(folder.resolve("lists.hv"), LISTS), Dialect.LINUX).stream()
                .filter(file -> file.toString().endsWith("_vmcs.c")).findFirst().orElseThrow();
        String text = Files.readString(source);
        assertTrue(text.contains("(0x2C00, host->ia32_pat); /* Host IA32_PAT"), text);
        assertTrue(text.contains("(0x2C02, host->ia32_efer); /* Host IA32_EFER"), text);
    }

    @Test
    void aFileHasWhatTheSetupHas() throws IOException {
        assumeCompiler();
        List<Path> files = generate(Files.writeString(folder.resolve("tables.hv"), "ept E { map 0 .. 1 MiB -> identity }"), Dialect.LINUX);
        assertEquals(List.of("tables_ept_E.bin", "tables_ept_E.map", "tables_ept.c"), files.stream().map(file -> file.getFileName().toString())
                .toList());
        run(compiler("-c", files.getLast().toString(), "-o", folder.resolve("out.o").toString()));
        Path empty = Files.writeString(folder.resolve("empty.hv"), "");
        GeneratedFiles nothing = Setups.generate(empty, Dialect.ASM, 0, CompileOptions.DEFAULT);
        assertTrue(nothing.files().isEmpty());
        assertTrue(nothing.problems().getFirst().message().startsWith("there is no VMCS and no EPT"), nothing.problems().toString());
    }

    @Test
    void aSetupWithErrorsMakesNothing() throws IOException {
        Path setup = Files.writeString(folder.resolve("bad.hv"), Walkthrough.with("rip = Main", "rip = Mian"));
        GeneratedFiles generated = Setups.generate(setup, Dialect.LINUX, 0, CompileOptions.DEFAULT);
        assertTrue(generated.files().isEmpty());
        assertEquals("UNKNOWN_NAME", generated.problems().getFirst().ruleId());
    }
}
