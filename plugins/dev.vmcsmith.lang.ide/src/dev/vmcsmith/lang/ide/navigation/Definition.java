// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.navigation;

import dev.vmcsmith.lang.hv.AsmInstruction;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.naming.HvNames;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.EObjectAtOffsetHelper;
import org.eclipse.xtext.resource.ILocationInFileProvider;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.util.ITextRegion;

/**
 * Where a name is defined; offset and length count characters.
 *
 * @param file   that holds the definition
 * @param offset of the name in the definition
 */
public record Definition(URI file, int offset, int length) {
    /** The definition of the name at an offset; empty for everything else. */
    public static Optional<Definition> at(XtextResource resource, int offset, EObjectAtOffsetHelper references, ILocationInFileProvider places) {
        EObject target = references.resolveCrossReferencedElementAt(resource, offset);
        if (target == null) {
            target = inAssembly(resource, offset);
        }
        if (target == null || target.eIsProxy() || target instanceof Builtin || target.eResource() == null) {
            return Optional.empty();
        }
        ITextRegion name = places.getSignificantTextRegion(target);
        return Optional.of(new Definition(target.eResource().getURI(), name.getOffset(), name.getLength()));
    }

    /** Assembly is plain text to the grammar: its names are labels of the same code, or symbols of the file. */
    private static EObject inAssembly(XtextResource resource, int offset) {
        if (resource.getParseResult() == null) {
            return null;
        }
        ILeafNode leaf = NodeModelUtils.findLeafNodeAtOffset(resource.getParseResult().getRootNode(), offset);
        EObject model = leaf == null ? null : NodeModelUtils.findActualSemanticObjectFor(leaf);
        if (!(model instanceof AsmInstruction) || !(model.eContainer() instanceof GuestCode code) || !(code.eContainer() instanceof Setup setup)) {
            return null;
        }
        String word = wordAt(leaf.getText(), offset - leaf.getOffset());
        Stream<EObject> labels = code.getLines().stream().filter(AsmLabel.class::isInstance).map(EObject.class::cast);
        return Stream.concat(labels, setup.getElements().stream()).filter(element -> element instanceof Symbol symbol
                && word.equals(HvNames.of(symbol))).findFirst().orElse(null);
    }

    private static String wordAt(String text, int at) {
        int start = at;
        int end = at;
        while (start > 0 && isWord(text.charAt(start - 1))) {
            start--;
        }
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return text.substring(start, end);
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }
}
