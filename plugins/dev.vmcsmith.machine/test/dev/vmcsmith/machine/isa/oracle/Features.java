// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.x86.insn.InstructionForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which rows of the table this machine's processor has. */
final class Features {
    /** Names of Linux where they are not the table's in lower case. */
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("LZCNT", "abm"), Map.entry("SSE3", "pni"), Map.entry("SSE4.1", "sse4_1"),
        Map.entry("SSE4.2", "sse4_2"), Map.entry("CLFSH", "clflush"), Map.entry("SHA", "sha_ni"), Map.entry("PREFETCHW", "3dnowprefetch"),
        Map.entry("FPU", "fpu"));
    private static final List<String> HERE = read();

    private Features() {
    }

    private static List<String> read() {
        try {
            return NativeProcessor.features();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean here(InstructionForm form) {
        return form.feature.isEmpty() || HERE.contains(NAMES.getOrDefault(form.feature, form.feature.toLowerCase(Locale.ROOT)));
    }
}
