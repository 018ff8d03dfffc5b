// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.ide.facts.Facts;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** What the file itself says about a thing it defines: the first line of the definition. */
public final class SourceFacts {
    private SourceFacts() {
    }

    /** The first line of the definition, null for a thing that is written nowhere. */
    public static Facts of(EObject definition) {
        ICompositeNode node = NodeModelUtils.findActualNodeFor(definition);
        if (node == null) {
            return null;
        }
        String text = NodeModelUtils.getTokenText(node);
        int end = text.indexOf('\n');
        String line = (end < 0 ? text : text.substring(0, end)).strip();
        return Facts.of(line.endsWith("{") ? line.substring(0, line.length() - 1).strip() : line, "line " + node.getStartLine());
    }
}
