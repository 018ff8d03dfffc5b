// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.navigation;

import dev.vmcsmith.lang.hv.Import;
import dev.vmcsmith.lang.ide.references.References;
import dev.vmcsmith.lang.scoping.Imports;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;

/**
 * Where a name is defined; offset and length count characters.
 *
 * @param file   that holds the definition, or that is imported, which need not exist
 * @param offset of the name in the definition
 */
public record Definition(URI file, int offset, int length) {
    /** The definition of the name at an offset, or the start of the file that is imported there; empty for everything else. */
    public static Optional<Definition> at(XtextResource resource, int offset, References references) {
        return imported(resource, offset).or(() -> references.target(resource, offset)
                .map(target -> new Definition(target.file(), target.offset(), target.length())));
    }

    private static Optional<Definition> imported(XtextResource resource, int offset) {
        if (resource.getParseResult() == null) {
            return Optional.empty();
        }
        ILeafNode leaf = NodeModelUtils.findLeafNodeAtOffset(resource.getParseResult().getRootNode(), offset);
        boolean path = leaf != null && leaf.getText().startsWith("\"");
        return path && NodeModelUtils.findActualSemanticObjectFor(leaf) instanceof Import statement
                ? Optional.ofNullable(Imports.uri(statement)).map(file -> new Definition(file, 0, 0)) : Optional.empty();
    }
}
