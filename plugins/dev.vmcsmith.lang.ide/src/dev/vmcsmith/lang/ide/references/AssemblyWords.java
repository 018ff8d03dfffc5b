// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import dev.vmcsmith.lang.hv.AsmElement;
import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.ide.edit.AssemblyPieces;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.ide.facts.Registers;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.util.EcoreUtil;
import org.eclipse.xtext.naming.IQualifiedNameConverter;
import org.eclipse.xtext.resource.IEObjectDescription;
import org.eclipse.xtext.scoping.IScopeProvider;
import org.eclipse.xtext.util.ITextRegion;

/** The names in guest code, which the grammar knows as plain text: labels of the same code, and what the setup defines. */
final class AssemblyWords {
    /** A word that is no mnemonic; the offset is one in the file. */
    record Word(String text, int offset) {
        int end() {
            return offset + text.length();
        }
    }

    private final IScopeProvider scopes;
    private final IQualifiedNameConverter names;

    AssemblyWords(IScopeProvider scopes, IQualifiedNameConverter names) {
        this.scopes = scopes;
        this.names = names;
    }

    /** Words of an instruction that may be names, in their order. */
    static List<Word> of(AsmInstruction instruction) {
        ITextRegion region = Nodes.region(instruction);
        String text = instruction.getText();
        List<Word> words = new ArrayList<>();
        if (region == null || text == null) {
            return words;
        }
        boolean first = true;
        for (AssemblyPieces.Piece piece : AssemblyPieces.of(text)) {
            if (!piece.isQuoted()) {
                String word = piece.text();
                if (!first && !Character.isDigit(word.charAt(0)) && !Registers.isRegister(word)) {
                    words.add(new Word(word, region.getOffset() + piece.offset()));
                }
                first = false;
            }
        }
        return words;
    }

    /** What a word means; null when it is no name of the setup. */
    EObject resolve(AsmInstruction instruction, String word) {
        if (!(instruction.eContainer() instanceof GuestCode code)) {
            return null;
        }
        boolean local = word.startsWith(".");
        EObject found = null;
        for (AsmElement element : code.getLines()) {
            if (element instanceof AsmLabel label && label.getName() != null) {
                if (local && !label.getName().startsWith(".")) {
                    if (element.eResource() != null && isBehind(label, instruction)) {
                        break;
                    }
                    found = null;
                } else if (label.getName().equals(word)) {
                    found = label;
                }
            }
        }
        return found != null || local ? found : inScope(code, word);
    }

    private static boolean isBehind(EObject one, EObject other) {
        ITextRegion first = Nodes.region(one);
        ITextRegion second = Nodes.region(other);
        return first != null && second != null && first.getOffset() > second.getOffset();
    }

    private EObject inScope(GuestCode code, String word) {
        IEObjectDescription found = scopes.getScope(code.getAddress() == null ? code : code.getAddress(),
                HvPackage.Literals.REFERENCE__TARGET).getSingleElement(names.toQualifiedName(word));
        if (found == null) {
            return null;
        }
        EObject object = found.getEObjectOrProxy();
        EObject resolved = object.eIsProxy() ? EcoreUtil.resolve(object, code) : object;
        return resolved.eIsProxy() ? null : resolved;
    }
}
