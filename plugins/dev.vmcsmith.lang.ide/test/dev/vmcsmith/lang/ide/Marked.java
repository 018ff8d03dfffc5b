// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.util.CancelIndicator;
import org.eclipse.xtext.validation.Issue;

/** A small setup that is right, and ways to change it. */
public final class Marked {
    public static final URI FILE = URI.createFileURI("/setups/test.hv");

    public static final String SETUP = """
            machine { cpu "skylake" memory 64 MiB }
            const STOP = 'SVT'
            const STACK = 0x9_0000
            guest code Main at 0x1_0000 bits 32 {
                    mov   eax, STOP
            again:
                    cpuid
                    jmp   again
                    vmcall
            }
            ept Identity {
                map 0 .. 16 MiB -> identity rwx WB
            }
            vmcs Guest {
                primary   { hlt-exiting }
                secondary { unrestricted-guest }
                ept Identity
                guest protected-32 {
                    rip = Main
                    rsp = STACK
                    cs.access-rights = 0xC09B
                }
            }
            on Guest exit cpuid { emulate }
            on Guest exit hlt { stop }
            on Guest exit vmcall { if eax == STOP { stop } }
            on Guest exit other { panic "not handled: {exit-reason}" }
            run Guest { expect count vmcall >= 0 }
            """;

    private Marked() {
    }

    public static String with(String before, String replacement) {
        assertTrue(SETUP.contains(before), before);
        return SETUP.replace(before, replacement);
    }

    public static List<Issue> issues(String text) {
        return EditorServices.get().check(FILE, text, CancelIndicator.NullImpl);
    }

    /** Offset of the cursor {@code ^} in a piece of the setup that is written without it. */
    public static int cursor(String marked) {
        int at = SETUP.indexOf(marked.replace("^", ""));
        assertTrue(at >= 0, marked);
        return at + marked.indexOf('^');
    }
}
