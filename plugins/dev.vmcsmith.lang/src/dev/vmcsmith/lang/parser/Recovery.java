// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.parser.IParseResult;

/**
 * What to leave out of a text with a syntax error so that the parser finds the elements behind it. An element begins where one of its words
 * stands first in a line without indentation. When the parser does not find one of these, the rest of the line with the error is left out,
 * then the rest of the element, then the element.
 */
final class Recovery {
    private static final int MOST_TRIES = 16;
    /** How an element can begin; what begins otherwise is itself at fault. */
    private static final Pattern HEADER = Pattern.compile("(?!guest\\b|page\\b)\\w+|guest\\s+(code|data|file|elf)\\b|page\\s+tables\\b");

    private final String text;
    private final TreeSet<Integer> starts = new TreeSet<>();
    private final Map<Integer, Integer> tries = new HashMap<>();
    private final List<Hidden> hidden = new ArrayList<>();

    /**
     * Part of the text that the parser does not see.
     *
     * @param to behind the last character
     */
    record Hidden(int from, int to) {
        boolean contains(int offset) {
            return from <= offset && offset < to;
        }
    }

    Recovery(String text) {
        this.text = text;
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            if (token.getCharPositionInLine() == 0 && HvScanner.ELEMENT_WORDS.contains(token.getText())) {
                starts.add(((org.antlr.runtime.CommonToken) token).getStartIndex());
            }
        }
    }

    List<Hidden> hidden() {
        return List.copyOf(hidden);
    }

    /** Whether another try, with more hidden, can find more. */
    boolean improve(IParseResult result) {
        if (isComplete(result) || tries.values().stream().mapToInt(n -> n).sum() >= MOST_TRIES) {
            return false;
        }
        int error = -1;
        for (INode node : result.getSyntaxErrors()) {
            if (hidden.stream().noneMatch(part -> part.contains(node.getOffset()))) {
                error = node.getOffset();
                break;
            }
        }
        Integer swallowed = swallowed(result);
        if (swallowed != null && swallowed < error) {
            return hide(starts.lower(swallowed) == null ? 0 : starts.lower(swallowed), swallowed);
        }
        if (error >= 0 && starts.contains(error) && !HEADER.matcher(text).region(error, text.length()).lookingAt()) {
            return hide(error, error);
        }
        Integer start = error < 0 ? null : starts.contains(error) ? starts.lower(error) : starts.floor(error);
        if (start == null) {
            start = error < 0 || starts.contains(error) ? null : 0;
        }
        return start != null && hide(start, error);
    }

    /** The first start of an element that another element, which lacks its end, has taken for its own; null when there is none. */
    private Integer swallowed(IParseResult result) {
        if (result.getRootASTElement() == null) {
            return null;
        }
        for (EObject element : result.getRootASTElement().eContents()) {
            INode node = NodeModelUtils.findActualNodeFor(element);
            Integer inside = node == null ? null : starts.higher(node.getOffset());
            if (inside != null && inside < node.getEndOffset() && hidden.stream().noneMatch(part -> part.contains(inside))) {
                return inside;
            }
        }
        return null;
    }

    private boolean hide(int start, int error) {
        int end = starts.higher(start) == null ? text.length() : starts.higher(start);
        int lineEnd = text.indexOf('\n', error);
        int attempt = tries.merge(start, 1, Integer::sum);
        if (attempt == 1 && error > start && error < end && lineEnd >= 0 && lineEnd < end) {
            hidden.add(new Hidden(error, lineEnd));
        } else if (attempt <= 2 && error > start && error < end) {
            hidden.add(new Hidden(error, end));
        } else if (attempt <= 3) {
            hidden.add(new Hidden(start, end));
        } else {
            return false;
        }
        return true;
    }

    /** Whether every element that is not hidden has been found. */
    private boolean isComplete(IParseResult result) {
        if (!result.hasSyntaxErrors()) {
            return true;
        }
        TreeSet<Integer> found = new TreeSet<>();
        if (result.getRootASTElement() != null) {
            for (EObject element : result.getRootASTElement().eContents()) {
                INode node = NodeModelUtils.findActualNodeFor(element);
                if (node != null) {
                    found.add(node.getOffset());
                }
            }
        }
        return starts.stream().allMatch(start -> found.contains(start) || hidden.stream().anyMatch(part -> part.contains(start)));
    }
}
