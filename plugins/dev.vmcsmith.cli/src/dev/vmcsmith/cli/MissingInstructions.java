// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The instructions that the machine knows but cannot perform, by the CPUID feature that they belong to. */
final class MissingInstructions {
    private static final String BASE = "base set";
    private static final int WIDTH = 100;

    private MissingInstructions() {
    }

    private static Map<String, List<InstructionForm>> byFeature() {
        Map<String, List<InstructionForm>> groups = new TreeMap<>();
        for (InstructionForm form : Machine.missingInstructions()) {
            groups.computeIfAbsent(form.feature.isEmpty() ? BASE : form.feature, feature -> new ArrayList<>()).add(form);
        }
        return groups;
    }

    static void print(PrintStream out) {
        Map<String, List<InstructionForm>> groups = byFeature();
        int encodings = groups.values().stream().mapToInt(List::size).sum();
        if (encodings == 0) {
            out.println("The machine performs every instruction of the table.");
            return;
        }
        out.println("The machine raises #UD for these %d of the %d encodings of the instruction table:".formatted(encodings,
                InstructionTable.get().forms().size()));
        groups.forEach((feature, forms) -> {
            out.println();
            out.println(feature + " (" + forms.size() + (forms.size() == 1 ? " encoding)" : " encodings)"));
            Set<String> mnemonics = new LinkedHashSet<>();
            forms.forEach(form -> mnemonics.add(form.mnemonic));
            print(mnemonics, out);
        });
    }

    private static void print(Set<String> words, PrintStream out) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (line.length() + word.length() > WIDTH) {
                out.println("   " + line);
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        out.println("   " + line);
    }

    static Object json() {
        Map<String, Object> groups = new LinkedHashMap<>();
        byFeature().forEach((feature, forms) -> groups.put(feature, forms.stream().map(InstructionForm::toString).toList()));
        return groups;
    }
}
