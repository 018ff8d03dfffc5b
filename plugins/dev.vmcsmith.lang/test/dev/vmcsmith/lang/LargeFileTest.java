// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file of 5,000 lines with 50 VMCSs is read, linked and checked quickly after an edit. */
class LargeFileTest {
    /** Milliseconds; the bound that an edit may take on two cores. */
    private static final long BOUND = Long.getLong("vmcsmith.large-file-bound", 500);

    /** Time of this thread on its core, whatever else the computer does. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static String text() {
        StringBuilder out = new StringBuilder("machine { memory 256 MiB }\n");
        for (int i = 0; i < 50; i++) {
            out.append("const STACK_%d = 0x%X\nguest code Main%d at 0x%X bits 32 {\n".formatted(i, 0x90_0000 + i * 0x1000, i, 0x10_0000 + i
                    * 0x1000));
            for (int line = 0; line < 55; line++) {
                out.append("        mov   eax, [STACK_%d + %d]      // a line of code\n".formatted(i, line * 4));
            }
            out.append("        vmcall\n}\nept Ept%d {\n    map 0 .. 16 MiB -> identity rwx WB\n}\n".formatted(i));
            out.append("vmcs Guest%d {\n    primary { cr3-load-exiting, hlt-exiting }\n    secondary { enable-ept, unrestricted-guest }\n"
                    .formatted(i));
            out.append("    ept Ept%d\n    guest protected-32 {\n        rip = Main%d\n        rsp = STACK_%d\n    }\n}\n".formatted(i, i,
                    i));
            for (String reason : List.of("cpuid", "cr-access", "hlt")) {
                out.append("on Guest%d exit %s {\n    log \"%s {eax:x}\"\n    if eax == STACK_%d {\n        skip\n    } else {\n".formatted(i,
                        reason, reason, i));
                out.append("        rbx = rcx + 5 * %d\n        emulate\n    }\n}\n".formatted(i));
            }
            out.append("on Guest%d exit other {\n    panic \"{exit-reason}\"\n}\n".formatted(i));
        }
        return out.append("run Guest0 {\n    expect exits vmcall\n}\n").toString();
    }

    @Test
    void itIsCheckedWithinTheBound() {
        String text = text();
        assertTrue(text.lines().count() > 4_900, "lines: " + text.lines().count());
        Path file = Path.of("large.hv").toAbsolutePath();
        assertEquals(List.of(), Setups.check(file, text));
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            String edited = text.replaceFirst("STACK_0 = 0x900000", "STACK_0 = 0x9000" + (10 + i));
            long start = THREADS.getCurrentThreadCpuTime();
            Setups.check(file, edited);
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) / 1_000_000);
        }
        System.out.println("5,000 lines with 50 VMCSs are checked in " + best + " ms");
        assertTrue(best < BOUND, best + " ms");
    }
}
