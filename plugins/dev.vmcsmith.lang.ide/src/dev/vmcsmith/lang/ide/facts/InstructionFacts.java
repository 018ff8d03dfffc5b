// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the instruction table says about a mnemonic. */
public final class InstructionFacts {
    private static final int MAX_FORMS = 12;

    private InstructionFacts() {
    }

    /** The mnemonics of code of 16, 32 or 64 bits, sorted. */
    public static List<String> mnemonics(int bits) {
        InstructionTable table = InstructionTable.get();
        return table.mnemonics().stream().filter(name -> !forms(name, bits).isEmpty()).sorted().toList();
    }

    private static List<InstructionForm> forms(String mnemonic, int bits) {
        return InstructionTable.get().forms(mnemonic).stream().map(InstructionTable.Entry::form)
                .filter(form -> form.validIn(bits) && !form.has(InstructionForm.A_DECODE_ONLY)).toList();
    }

    public static Optional<Facts> of(String mnemonic, int bits) {
        List<InstructionForm> forms = forms(mnemonic.toLowerCase(Locale.ROOT), bits);
        if (forms.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        InstructionForm first = forms.getFirst();
        if (first.exit != null && !first.exit.isEmpty()) {
            lines.add("VM exit in the guest: " + first.exit);
        }
        if (first.has(InstructionForm.A_CPL0)) {
            lines.add("Only at privilege level 0");
        }
        forms.stream().limit(MAX_FORMS).forEach(form -> lines.add(form.toString()));
        if (forms.size() > MAX_FORMS) {
            lines.add("and " + (forms.size() - MAX_FORMS) + " more");
        }
        return Optional.of(new Facts(mnemonic.toUpperCase(Locale.ROOT), lines));
    }
}
