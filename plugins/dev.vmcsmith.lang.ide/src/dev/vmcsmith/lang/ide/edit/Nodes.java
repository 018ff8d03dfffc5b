// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.edit;

import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.util.ITextRegion;
import org.eclipse.xtext.util.TextRegion;

/** Where the parts of a model are in its text. */
public final class Nodes {
    private Nodes() {
    }

    /** The text of an element without comments before it; null for one that is written nowhere. */
    public static ITextRegion region(EObject element) {
        ICompositeNode node = element == null ? null : NodeModelUtils.findActualNodeFor(element);
        return node == null ? null : new TextRegion(node.getOffset(), node.getLength());
    }

    /** The text of one value of a feature; null when it is not written. */
    public static ITextRegion region(EObject element, EStructuralFeature feature, int index) {
        List<INode> nodes = feature == null ? List.of() : NodeModelUtils.findNodesForFeature(element, feature);
        INode node = nodes.isEmpty() ? null : nodes.get(Math.clamp(index, 0, nodes.size() - 1));
        return node == null ? null : new TextRegion(node.getOffset(), node.getLength());
    }

    /** The region of the name by which a symbol is defined, without the colon of a label. */
    public static ITextRegion name(EObject symbol) {
        EStructuralFeature feature = symbol.eClass().getEStructuralFeature("name");
        List<INode> nodes = feature == null ? List.of() : NodeModelUtils.findNodesForFeature(symbol, feature);
        if (nodes.isEmpty()) {
            return null;
        }
        INode node = nodes.getFirst();
        return new TextRegion(node.getOffset(), NodeModelUtils.getTokenText(node).endsWith(":") ? node.getLength() - 1 : node.getLength());
    }

    /** Offset of the brace that opens an element's block, -1 when it has none. */
    public static int open(EObject element) {
        ICompositeNode node = NodeModelUtils.findActualNodeFor(element);
        if (node != null) {
            for (ILeafNode leaf : node.getLeafNodes()) {
                if (!leaf.isHidden() && leaf.getText().equals("{")) {
                    return leaf.getOffset();
                }
            }
        }
        return -1;
    }

    /** Offset of the brace that closes an element, -1 when its text does not end with one. */
    public static int close(EObject element) {
        ICompositeNode node = NodeModelUtils.findActualNodeFor(element);
        ILeafNode last = null;
        if (node != null) {
            for (ILeafNode leaf : node.getLeafNodes()) {
                last = leaf.isHidden() ? last : leaf;
            }
        }
        return last != null && last.getText().equals("}") ? last.getOffset() : -1;
    }
}
