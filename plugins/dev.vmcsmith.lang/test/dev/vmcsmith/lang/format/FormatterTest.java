// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.FormattedSetup;
import dev.vmcsmith.lang.Setups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text in, text out. */
class FormatterTest {
    private static final Path EXAMPLES = Path.of("..", "dev.vmcsmith.examples");

    @TempDir
    private Path folder;

    private String format(String text, FormatOptions options) throws IOException {
        Path file = folder.resolve("test.hv");
        Files.writeString(file, text);
        FormattedSetup setup = Setups.format(file, options);
        return setup.formatted().orElseThrow(() -> new AssertionError(setup.problems().toString() + "\n" + text));
    }

    private void formats(String text, String expected) throws IOException {
        assertEquals(expected, format(text, FormatOptions.DEFAULT));
        assertEquals(expected, format(expected, FormatOptions.DEFAULT), "formatted again");
    }

    @Test
    void elementsOfABlockStandOnLinesOfTheirOwn() throws IOException {
        formats("""
                vmcs   Guest{
                primary{cr3-load-exiting,hlt-exiting}
                secondary { enable-ept } ept   All
                   guest protected-32 { rip=Main
                     rsp  =  0x9_0000-8 } }
                """, """
                vmcs Guest {
                    primary   { cr3-load-exiting, hlt-exiting }
                    secondary { enable-ept }
                    ept All
                    guest protected-32 { rip = Main rsp = 0x9_0000 - 8 }
                }
                """);
    }

    @Test
    void handlersAreIndentedByTheirBlocks() throws IOException {
        formats("""
                on Guest exit vmcall {
                if eax==STOP{ stop }
                else {
                inject   #GP error-code -1
                All.map( page( guest-physical-address ) ,rw- )
                }
                   log "a  {eax :x} {{ {page( rip )}"
                   while(!(eax>3)&&~ebx!=0){ eax=eax+1 } }
                """, """
                on Guest exit vmcall {
                    if eax == STOP { stop } else {
                        inject #GP error-code -1
                        All.map(page(guest-physical-address), rw-)
                    }
                    log "a  {eax:x} {{ {page(rip)}"
                    while (!(eax > 3) && ~ebx != 0) { eax = eax + 1 }
                }
                """);
    }

    @Test
    void assemblyHasItsColumnsAndCommentsTheirs() throws IOException {
        formats("""
                guest code Main at 0x1000 bits 32 { // code
                start: mov eax,1 ; one
                cpuid//exit
                // a line of its own
                  rep  movsb

                loop:
                db "a ,  b",0
                }
                """, """
                guest code Main at 0x1000 bits 32 {  // code
                start:  mov   eax, 1                 ; one
                        cpuid                        //exit
                        // a line of its own
                        rep movsb

                loop:
                        db    "a ,  b", 0
                }
                """);
    }

    @Test
    void neighboursAreAlignedUnlessThatIsSwitchedOff() throws IOException {
        String text = "const A = 1 // one\nconst LONG = 2 // two\n\nconst B = 3\nmachine {\ncpu \"skylake\"\nmemory 64 MiB\n}\n";
        formats(text, """
                const A    = 1                       // one
                const LONG = 2                       // two

                const B = 3
                machine {
                    cpu    "skylake"
                    memory 64 MiB
                }
                """);
        assertEquals("""
                const A = 1 // one
                const LONG = 2 // two

                const B = 3
                machine {
                \tcpu "skylake"
                \tmemory 64 MiB
                }
                """, format(text, new FormatOptions(4, true, false, 37, 140)));
    }

    @Test
    void linesThatAreTooLongAreBroken() throws IOException {
        String formatted = format("vmcs G { primary { cr3-load-exiting, cr3-store-exiting, hlt-exiting } guest protected-32 { rip = 1 } }\n"
                + "run G { expect exits cpuid, cpuid, cpuid, cpuid, cpuid, cpuid }\n", new FormatOptions(4, false, true, 37, 40));
        assertEquals("""
                vmcs G {
                    primary {
                        cr3-load-exiting,
                        cr3-store-exiting, hlt-exiting
                    }
                    guest protected-32 { rip = 1 }
                }
                run G {
                    expect exits cpuid, cpuid, cpuid,
                            cpuid, cpuid, cpuid
                }
                """, formatted);
        assertEquals(formatted, format(formatted, new FormatOptions(4, false, true, 37, 40)));
    }

    @Test
    void commentsStayWhereTheyAre() throws IOException {
        formats("/* head\n   of two lines */\nconst A = /* here */ 3\n\n\n\n// before B\nconst B = // split\n4\nvmcs G { // open\n // only\n}\n// end", """
                /* head
                   of two lines */
                const A = /* here */ 3

                // before B
                const B =                            // split
                        4
                vmcs G {                             // open
                    // only
                }
                // end
                """);
    }

    @Test
    void lineEndsOfWindowsAreKept() throws IOException {
        assertEquals("vmcs G {\r\n    vpid 1\r\n}\r\n", format("vmcs G {\r\nvpid  1 }", FormatOptions.DEFAULT));
    }

    @Test
    void aSetupWithSyntaxErrorsIsLeftAlone() throws IOException {
        Path file = folder.resolve("test.hv");
        Files.writeString(file, "const = 3\n");
        FormattedSetup setup = Setups.format(file, FormatOptions.DEFAULT);
        assertTrue(setup.formatted().isEmpty() && setup.problems().size() == 1, setup.toString());
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".hv") && !file.toString().contains("/target/")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whateverTheWhiteSpaceTheResultIsTheSameAndSaysTheSame(Path example) throws IOException {
        String text = Files.readString(example);
        String formatted = format(text, FormatOptions.DEFAULT);
        assertEquals(formatted, text, "examples are formatted: vmcsmith format " + example.getFileName());
        Random random = new Random(20_26);
        for (int round = 0; round < 40; round++) {
            String mangled = Mangler.mangle(text, random);
            assertEquals(Formatter.tokens(text), Formatter.tokens(mangled), "the mangler keeps tokens");
            assertEquals(formatted, format(mangled, FormatOptions.DEFAULT), mangled);
        }
        for (FormatOptions options : List.of(new FormatOptions(2, false, false, 0, 60), new FormatOptions(8, true, true, 60, 80))) {
            String other = format(text, options);
            assertEquals(Formatter.tokens(text), Formatter.tokens(other));
            assertEquals(other, format(other, options), "formatted again");
        }
    }
}
