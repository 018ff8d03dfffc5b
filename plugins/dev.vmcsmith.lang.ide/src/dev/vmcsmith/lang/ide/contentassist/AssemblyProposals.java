// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestFile;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.InstructionFacts;
import dev.vmcsmith.lang.ide.facts.Registers;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;

/** Proposals inside guest code: a mnemonic at the start of a statement, behind it registers, labels and constants. */
final class AssemblyProposals {
    private AssemblyProposals() {
    }

    static void add(ContentAssistContext context, IPrefixMatcher matcher, IIdeContentProposalAcceptor acceptor) {
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
            entries.add(register, ContentAssistEntry.KIND_VARIABLE, Entries.FITTING, null);
        }
        if (code != null) {
            code.getLines().forEach(line -> {
                if (line instanceof AsmLabel label && label.getName() != null) {
                    entries.add(label.getName(), ContentAssistEntry.KIND_REFERENCE, Entries.SYMBOL, null);
                }
            });
        }
        if (context.getRootModel() instanceof Setup setup) {
            setup.getElements().forEach(element -> addElement(element, entries));
        }
    }

    private static void addElement(EObject element, Entries entries) {
        switch (element) {
            case Constant constant when constant.getName() != null -> entries.add(constant.getName(), ContentAssistEntry.KIND_VALUE,
                    Entries.SYMBOL, SourceFacts.of(constant));
            case GuestCode code when code.getName() != null -> entries.add(code.getName(), ContentAssistEntry.KIND_REFERENCE, Entries.SYMBOL,
                    Facts.of(code.getName(), "Guest code"));
            case GuestFile file when file.getName() != null -> entries.add(file.getName(), ContentAssistEntry.KIND_FILE, Entries.SYMBOL,
                    Facts.of(file.getName(), "Guest file"));
            default -> { }
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
        while (start > 0 && (Character.isLetterOrDigit(text.charAt(start - 1)) || "_.".indexOf(text.charAt(start - 1)) >= 0)) {
            start--;
        }
        return text.substring(start);
    }
}
