// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.AbstractRule;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.RuleCall;
import org.eclipse.xtext.TerminalRule;
import org.eclipse.xtext.nodemodel.ICompositeNode;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** Reads the tokens of a setup, and where the elements of its blocks begin, from the parse tree. */
final class Pieces {
    private Pieces() {
    }

    static List<Piece> of(ICompositeNode root) {
        List<ILeafNode> leaves = new ArrayList<>();
        root.getLeafNodes().forEach(leaves::add);
        Map<Integer, EObject> items = items(root.getSemanticElement(), leaves);
        List<Piece> pieces = new ArrayList<>();
        int newLines = 0;
        for (ILeafNode leaf : leaves) {
            String text = leaf.getText();
            if (text.isBlank()) {
                newLines += (int) text.chars().filter(c -> c == '\n').count();
            } else {
                Piece.Kind kind = kind(leaf);
                boolean line = kind == Piece.Kind.LINE_COMMENT;
                boolean hasEnd = line && text.endsWith("\n");
                pieces.add(new Piece(line ? text.stripTrailing() : text, kind, newLines, items.get(leaf.getOffset())));
                newLines = hasEnd ? 1 : 0;
            }
        }
        return pieces;
    }

    private static Piece.Kind kind(ILeafNode leaf) {
        if (leaf.getGrammarElement() instanceof Keyword) {
            return Piece.Kind.KEYWORD;
        }
        AbstractRule rule = leaf.getGrammarElement() instanceof RuleCall call ? call.getRule()
                : leaf.getGrammarElement() instanceof TerminalRule terminal ? terminal : null;
        return switch (rule == null ? "" : rule.getName()) {
            case "SL_COMMENT" -> Piece.Kind.LINE_COMMENT;
            case "ML_COMMENT" -> Piece.Kind.BLOCK_COMMENT;
            case "ASM_LABEL" -> Piece.Kind.ASM_LABEL;
            case "ASM_TEXT" -> Piece.Kind.ASM_TEXT;
            case "TEXT_START" -> Piece.Kind.TEXT_START;
            case "TEXT_MIDDLE" -> Piece.Kind.TEXT_MIDDLE;
            case "TEXT_END" -> Piece.Kind.TEXT_END;
            case "ID" -> Piece.Kind.NAME;
            default -> Piece.Kind.LITERAL;
        };
    }

    /** Elements of a list that begins the file or stands behind an opening brace, without commas between them, by their offset. */
    private static Map<Integer, EObject> items(EObject root, List<ILeafNode> leaves) {
        Map<Integer, String> before = new HashMap<>();
        String previous = "{";
        for (ILeafNode leaf : leaves) {
            if (!leaf.isHidden()) {
                before.put(leaf.getOffset(), previous);
                previous = leaf.getText();
            }
        }
        Map<Integer, EObject> items = new HashMap<>();
        if (root == null) {
            return items;
        }
        for (TreeIterator<EObject> all = root.eAllContents(); all.hasNext();) {
            EObject object = all.next();
            if (object.eContainmentFeature() != null && object.eContainmentFeature().isMany()) {
                List<?> siblings = (List<?>) object.eContainer().eGet(object.eContainmentFeature());
                boolean behindBrace = "{".equals(before.get(offset((EObject) siblings.getFirst())));
                boolean commas = siblings.size() > 1 && ",".equals(before.get(offset((EObject) siblings.get(1))));
                if (behindBrace && !commas) {
                    items.putIfAbsent(offset(object), object);
                }
            }
        }
        return items;
    }

    private static int offset(EObject object) {
        ICompositeNode node = NodeModelUtils.findActualNodeFor(object);
        return node == null ? -1 : node.getOffset();
    }
}
