// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.ide.edit.AssemblyPieces;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.InstructionFacts;
import dev.vmcsmith.lang.ide.facts.Registers;
import java.util.function.BiConsumer;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;

/** Proposals inside guest code: a mnemonic at the start of a statement, behind it registers, labels and constants. */
final class AssemblyProposals {
    private static final Facts REGISTER = Facts.of("Register");

    private AssemblyProposals() {
    }

    /** @param names adds what can be named at an object of the setup */
    static void add(ContentAssistContext context, IPrefixMatcher matcher, IIdeContentProposalAcceptor acceptor,
            BiConsumer<EObject, Entries> names) {
        String statement = statement(context);
        String word = lastWord(statement);
        Entries entries = new Entries(word, matcher, acceptor);
        GuestCode code = EcoreUtil2.getContainerOfType(context.getCurrentModel(), GuestCode.class);
        int bits = code == null || code.getBits() != 16 && code.getBits() != 32 ? 64 : (int) code.getBits();
        if (statement.length() == word.length()) {
            for (String mnemonic : InstructionFacts.mnemonics(bits)) {
                entries.add(mnemonic, ContentAssistEntry.KIND_FUNCTION, Entries.FITTING, InstructionFacts.of(mnemonic, bits).orElse(null));
            }
            return;
        }
        for (String register : Registers.named(bits)) {
            entries.add(register, ContentAssistEntry.KIND_VARIABLE, Entries.FITTING, REGISTER);
        }
        if (code != null) {
            code.getLines().forEach(line -> {
                if (line instanceof AsmLabel label && label.getName() != null) {
                    entries.add(label.getName(), ContentAssistEntry.KIND_REFERENCE, Entries.SYMBOL, SourceFacts.of(label));
                }
            });
            names.accept(code.getAddress() == null ? code : code.getAddress(), entries);
        }
    }

    /** The line up to the cursor, without its label and indentation. */
    private static String statement(ContentAssistContext context) {
        String text = context.getRootNode().getText().substring(0, Math.min(context.getOffset(), context.getRootNode().getTotalLength()));
        String line = text.substring(text.lastIndexOf('\n') + 1);
        int brace = line.indexOf('{');
        line = line.substring(brace + 1).stripLeading();
        int colon = line.indexOf(':');
        return colon > 0 && lastWord(line.substring(0, colon)).length() == colon ? line.substring(colon + 1).stripLeading() : line;
    }

    private static String lastWord(String text) {
        int start = text.length();
        while (start > 0 && AssemblyPieces.isWord(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start);
    }
}
