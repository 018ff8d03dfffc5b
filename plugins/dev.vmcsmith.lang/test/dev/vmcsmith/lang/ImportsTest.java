// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.image.SymbolTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setup of several files. */
class ImportsTest {
    private static final String SETUP = """
            const STACK = 0x8000
            guest code Main at 0x1000 bits 32 {
                    mov eax, PORT
                    mov ebx, Table.second
                    vmcall
            }
            ept All { map 0 .. 4 MiB -> identity rwx }
            vmcs Guest { secondary { unrestricted-guest } ept All guest protected-32 { rip = Main rsp = STACK } }
            on exit vmcall { log "{eax:x} {ebx:x}" stop }
            on exit other { panic "other" }
            run Guest { expect log contains "3f8 2004" }
            """;
    private static final String PARTS = """
            const PORT = 0x3F8
            guest data Table at 0x2000 {
            first:
                    dwords 1
            second:
                    dwords second-value
            }
            const second-value = 7
            """;

    @TempDir
    Path directory;

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void namesOfAnImportedFileAreKnown() throws IOException {
        write("common/parts.hv", PARTS);
        Path main = write("main.hv", "import \"common/parts.hv\"\n" + SETUP);
        assertEquals(List.of(), Setups.check(main));
        assertTrue(Setups.compile(main, CompileOptions.DEFAULT).elf().isPresent());
    }

    @Test
    void anAliasStandsBeforeTheNames() throws IOException {
        write("parts.hv", PARTS);
        Path main = write("main.hv", "import \"parts.hv\" as parts\n" + SETUP.replace("PORT", "parts.PORT").replace("Table.",
                "parts.Table."));
        assertEquals(List.of(), Setups.check(main));
        Path without = write("without.hv", "import \"parts.hv\" as parts\nconst A = PORT\n");
        assertEquals(List.of("UNKNOWN_NAME"), Setups.check(without).stream().map(Problem::ruleId).toList());
    }

    @Test
    void filesImportThroughOthersAndEachOther() throws IOException {
        write("a.hv", "import \"b.hv\"\nconst A = B + 1\n");
        write("b.hv", "import \"c.hv\"\nimport \"a.hv\"\nconst B = C + 1\n");
        write("c.hv", "const C = 5\n");
        Path main = write("main.hv", "import \"a.hv\"\nmachine { memory A * 1 MiB }\nconst D = C\n");
        assertEquals(List.of(), Setups.check(main));
    }

    @Test
    void aProblemIsInTheFileThatHasIt() throws IOException {
        Path parts = write("parts.hv", "const X = 1\nconst Y = 1 / 0\n");
        Path main = write("main.hv", "import \"parts.hv\"\nconst Z = Y\n");
        List<Problem> problems = Setups.check(main);
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(parts.toAbsolutePath(), problems.getFirst().file());
        assertEquals(2, problems.getFirst().line());
    }

    @Test
    void whatCannotBeImportedIsMarked() throws IOException {
        write("a.hv", "const X = 1\n");
        write("b.hv", "const X = 2\n");
        Path main = write("main.hv", "import \"none.hv\"\nimport \"main.hv\"\nimport \"a.hv\"\nimport \"b.hv\"\nimport \"c.txt\"\n");
        List<Problem> problems = Setups.check(main);
        assertEquals(List.of(1, 2, 4, 5), problems.stream().map(Problem::line).toList(), problems.toString());
        assertTrue(problems.get(2).message().contains("X is defined in a.hv too"), problems.get(2).message());
    }

    @Test
    void theOwnFileHidesNamesAndHasItsOwnMachineAndRun() throws IOException {
        write("other.hv", SETUP.replace("import", "") + "machine { memory 8 MiB }\nconst PORT = 1\nguest data Table at 0x2000 { second: bytes 0 }\n");
        Path main = write("main.hv", "import \"other.hv\"\nmachine { memory 32 MiB }\nconst STACK = 0x7000\n");
        assertEquals(List.of(), Setups.check(main));
        assertEquals("MISSING", Setups.compile(main, CompileOptions.DEFAULT).problems().getFirst().ruleId());
    }

    @Test
    void aNameThatAnotherFileOfTheProjectDeclaresIsReportedWithTheImport() throws IOException {
        write("p/.project", "");
        write("p/lib/ports.hv", PARTS);
        write("p/other/ports.hv", "const PORT = 1\nvmcs Other { ept All }\n");
        write("elsewhere.hv", "const SECRET = 1\n");
        Path main = write("p/src/main.hv", """
                const A = PORT
                const B = Table.second
                const C = second-value + 1
                const D = SECRET
                guest code Main at 0x1000 bits 32 { mov eax, PORT
                }
                """);
        List<Problem> problems = Setups.check(main);
        assertEquals(List.of(
                "it is declared in ../lib/ports.hv and ../other/ports.hv: add import \"../lib/ports.hv\"",
                "it is declared in ../lib/ports.hv: add import \"../lib/ports.hv\"",
                "it is declared in ../lib/ports.hv: add import \"../lib/ports.hv\"",
                "there is no constant, guest code, label, register or VMCS field 'SECRET'",
                "it is declared in ../lib/ports.hv and ../other/ports.hv: add import \"../lib/ports.hv\""),
                problems.stream().map(problem -> problem.message().replaceAll(".* here; ", "").replaceAll("; did you.*", "")).toList());
        Files.writeString(main, "import \"../lib/ports.hv\"\n" + Files.readString(main).replace("const D = SECRET\n", ""));
        assertEquals(List.of(), Setups.check(main));
    }

    @Test
    void withoutAProjectTheFilesBelowTheFolderAreLookedAt() throws IOException {
        write("lib/ports.hv", PARTS);
        Path main = write("main.hv", "const A = PORT\n");
        assertTrue(Setups.check(main).getFirst().message().endsWith("it is declared in lib/ports.hv: add import \"lib/ports.hv\""),
                Setups.check(main).toString());
        Path below = write("below/main.hv", "const A = PORT\n");
        assertTrue(Setups.check(below).getFirst().message().startsWith("there is no constant"), Setups.check(below).toString());
    }

    /** What a breakpoint needs: addresses for a line of an imported file, and the line for an address. */
    @Test
    void linesOfImportedFilesAndOfEveryProcessorAreInTheImage() throws IOException {
        Path parts = write("common/parts.hv", """
                guest code Shared at 0x3000 bits 32 {
                        inc eax
                        ret
                }
                vmcs Base {
                    secondary { unrestricted-guest }
                    ept All
                    guest protected-32 { rsp = 0x8000 }
                }
                ept All { map 0 .. 4 MiB -> identity rwx }
                on Base exit cpuid {
                    log "base"
                    skip
                }
                function log-it(x) {
                    log "{x}"
                }
                """);
        Path main = write("main.hv", """
                import "common/parts.hv"
                guest code Main at 0x1000 bits 32 {
                        call Shared
                        cpuid
                        vmcall
                }
                vmcs First extends Base { guest { rip = Main } }
                vmcs Second extends First {
                    vpid 2
                }
                on exit vmcall {
                    log-it(eax)
                    stop
                }
                on exit other { panic "other" }
                run First,
                    Second {
                    expect count vmcall == 2
                }
                """);
        CompiledSetup compiled = Setups.compile(main, CompileOptions.DEFAULT);
        assertEquals(List.of(), compiled.problems());
        LineTable lines = compiled.image().orElseThrow().lines();
        String imported = parts.toAbsolutePath().toString();
        String own = main.toAbsolutePath().toString();
        assertEquals(List.of(0x3000L), lines.addresses(imported, 2));
        assertEquals(List.of(0x3001L), lines.addresses(imported, 3));
        assertEquals(List.of(0x1005L), lines.addresses(own, 4));
        for (int line : new int[] {6, 7, 8, 15, 16}) { // what the VMCSs begin with, and the function
            assertFalse(lines.addresses(imported, line).isEmpty(), imported + ":" + line);
        }
        for (int line : new int[] {7, 8, 9, 11, 12, 13, 15, 16, 17}) { // VMCSs, handlers, and what each processor does
            List<Long> addresses = lines.addresses(own, line);
            assertFalse(addresses.isEmpty(), own + ":" + line);
            for (long address : addresses) {
                LineRow row = lines.at(address).orElseThrow();
                assertEquals(own + ":" + line, row.file() + ":" + row.line());
            }
        }
        SymbolTable symbols = compiled.image().orElseThrow().symbols();
        assertEquals(16, lines.at(symbols.address("lifecycle").orElseThrow()).orElseThrow().line());
        assertEquals(17, lines.at(symbols.address("lifecycle_1").orElseThrow()).orElseThrow().line());
        assertEquals(11, lines.at(symbols.address("exit.vmcall").orElseThrow()).orElseThrow().line());
    }
}
