// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import java.util.Set;
import org.antlr.runtime.CharStream;

/**
 * Finds the tokens of a {@code .hv} file, for the parser and for content assist.
 * <ul>
 * <li>A name may hold single hyphens between letters and digits ({@code cr3-load-exiting}); a minus between two names therefore needs
 * space around it, as in {@code a - b}.</li>
 * <li>Between the braces of {@code guest code} every line is assembly: a label is one token, the rest of the line another.</li>
 * <li>The text of {@code log} and {@code panic} is cut at the braces of its values.</li>
 * <li>After the arrow of {@code map} or after the comma of {@code .map(}, {@code rw-} and its like are access rights.</li>
 * </ul>
 * Never fails: text that belongs to nothing becomes a token that no rule accepts.
 */
public final class HvScanner {
    /** Begins a comment; a token by itself where the comment has no end. */
    public static final String UNCLOSED_COMMENT = "/*";
    private static final String NO_END = "this comment has no end: */ is missing";

    /** The words that elements begin with. */
    static final Set<String> ELEMENT_WORDS = Set.of("import", "machine", "const", "var", "function", "guest", "page", "ept",
            "vmcs", "on", "run");

    private enum Mode {
        SETUP, CODE_HEADER, ASSEMBLY
    }

    private final TokenTypes types;
    private final int ws;
    private final int id;
    private CharStream in;
    private Mode mode;
    private boolean lineStart;
    private boolean rights;
    private int mapDepth;
    private boolean inValue;
    private String previous;

    public HvScanner(TokenTypes types) {
        this.types = types;
        this.ws = types.rule("RULE_WS");
        this.id = types.rule("RULE_ID");
        reset();
    }

    /** Forgets everything about the text before. */
    public void reset() {
        mode = Mode.SETUP;
        lineStart = false;
        rights = false;
        mapDepth = 0;
        inValue = false;
        previous = "";
    }

    /** What is wrong with a token that fits nowhere. */
    public static String misplaced(String token) {
        return token.equals(UNCLOSED_COMMENT) ? NO_END : '\'' + token + "' cannot stand here";
    }

    /** Consumes one token, which is at least one character long, and answers its number. */
    public int next(CharStream stream) {
        in = stream;
        int c = la(1);
        if (isSpace(c)) {
            return space();
        }
        if (c == '/' && la(2) == '/' || mode == Mode.ASSEMBLY && c == ';') {
            toEndOfLine();
            return types.rule("RULE_SL_COMMENT");
        }
        if (c == '/' && la(2) == '*') {
            return blockComment();
        }
        if (mode == Mode.ASSEMBLY && c != '}' && !(lineStart && beginsElement())) {
            return assembly();
        }
        if (mode == Mode.ASSEMBLY) {
            mode = Mode.SETUP;
        }
        int type = significant(c);
        return type;
    }

    private int significant(int c) {
        if (inValue && c == '}') {
            inValue = false;
            return text("RULE_TEXT_MIDDLE", "RULE_TEXT_END");
        }
        if (rights && isRights()) {
            return rule("RULE_RIGHTS");
        }
        if (isLetter(c)) {
            return word();
        }
        if (isDigit(c)) {
            while (isLetter(la(1)) || isDigit(la(1))) {
                in.consume();
            }
            return rule("RULE_NUMBER");
        }
        return switch (c) {
            case '"' -> previous.equals("log") || previous.equals("panic") ? text("RULE_TEXT_START", "RULE_STRING")
                    : quoted('"', "RULE_STRING");
            case '\'' -> quoted('\'', "RULE_CHARS");
            case '#' -> exception();
            default -> punctuation(c);
        };
    }

    private int rule(String name) {
        previous = "";
        return types.rule(name);
    }

    private int space() {
        while (isSpace(la(1))) {
            if (la(1) == '\n') {
                lineStart = true;
                inValue = false;
            }
            in.consume();
        }
        return ws;
    }

    /** A comment up to its end; without one, two characters that stand for nothing, so that what follows is still a setup. */
    private int blockComment() {
        int length = 4;
        while (la(length) != CharStream.EOF && !(la(length - 1) == '*' && la(length) == '/')) {
            length++;
        }
        boolean closed = la(length) != CharStream.EOF;
        skip(closed ? length : UNCLOSED_COMMENT.length());
        return types.rule(closed ? "RULE_ML_COMMENT" : "RULE_ANY_OTHER");
    }

    private int word() {
        StringBuilder text = new StringBuilder();
        while (isLetter(la(1)) || isDigit(la(1)) || la(1) == '-' && (isLetter(la(2)) || isDigit(la(2)))) {
            text.append((char) la(1));
            in.consume();
        }
        String word = text.toString();
        int keyword = types.keyword(word);
        follow(word);
        return keyword >= 0 ? keyword : id;
    }

    private void follow(String token) {
        if (ELEMENT_WORDS.contains(token) && !inValue) {
            mode = Mode.SETUP;
            rights = false;
        }
        if (token.equals("code") && previous.equals("guest")) {
            mode = Mode.CODE_HEADER;
        } else if (token.equals("{") && mode == Mode.CODE_HEADER) {
            mode = Mode.ASSEMBLY;
            lineStart = true;
        } else if (token.equals("map") || token.equals("hook") || token.equals("}")) {
            rights = false;
            mapDepth = 0;
        } else if (token.equals("(")) {
            mapDepth += mapDepth > 0 || previous.equals("map") ? 1 : 0;
        } else if (token.equals(")")) {
            mapDepth = Math.max(0, mapDepth - 1);
            rights &= mapDepth > 0;
        } else if (token.equals("->") || mapDepth == 1 && token.equals(",")) {
            rights = true;
        }
        previous = token;
    }

    private int punctuation(int c) {
        if (c == '.' && la(2) == '.' && la(3) == '.') {
            skip(3);
            follow("...");
            return types.keyword("...");
        }
        String two = "" + (char) c + (char) la(2);
        int type = la(2) == CharStream.EOF ? -1 : types.keyword(two);
        boolean one = type < 0 && !Character.isSurrogatePair((char) c, (char) la(2));
        String token = one ? two.substring(0, 1) : two;
        if (type < 0) {
            type = types.keyword(token);
        }
        skip(token.length());
        follow(token);
        return type >= 0 ? type : types.rule("RULE_ANY_OTHER");
    }

    private int exception() {
        in.consume();
        if (la(1) < 'A' || la(1) > 'Z') {
            return rule("RULE_ANY_OTHER");
        }
        while (la(1) >= 'A' && la(1) <= 'Z') {
            in.consume();
        }
        return rule("RULE_EXCEPTION");
    }

    private int quoted(char quote, String rule) {
        in.consume();
        while (la(1) != quote && la(1) != '\n' && la(1) != CharStream.EOF) {
            skip(la(1) == '\\' && la(2) != '\n' && la(2) != CharStream.EOF ? 2 : 1);
        }
        if (la(1) == quote) {
            in.consume();
        }
        return rule(rule);
    }

    /** The text up to its next value (a single opening brace) or up to its end. */
    private int text(String beforeValue, String last) {
        in.consume();
        while (la(1) != '"' && la(1) != '\n' && la(1) != CharStream.EOF) {
            if (la(1) == '{' && la(2) != '{') {
                in.consume();
                inValue = true;
                return rule(beforeValue);
            }
            boolean pair = la(1) == '{' || la(1) == '\\' && la(2) != '\n' && la(2) != CharStream.EOF;
            skip(pair ? 2 : 1);
        }
        if (la(1) == '"') {
            in.consume();
        }
        return rule(last);
    }

    /** Consumes access rights: r, w, x and u in this order, each at most once, a hyphen in the place of one that is missing. */
    private boolean isRights() {
        int length = 0;
        int rank = 0;
        boolean letter = false;
        for (int c = la(1); c == 'r' || c == 'w' || c == 'x' || c == 'u' || c == '-'; c = la(length + 1)) {
            int at = c == '-' ? rank : "rwxu".indexOf(c);
            if (at < rank || rank > 3) {
                return false;
            }
            letter |= c != '-';
            rank = at + 1;
            length++;
        }
        int end = la(length + 1);
        if (length == 0 || isLetter(end) || isDigit(end) || end == '>' || !(letter && la(1) != '-') && length < 3) {
            return false;
        }
        skip(length);
        return true;
    }

    // ---- assembly ------------------------------------------------------------------------------------------------------------------

    private int assembly() {
        boolean first = lineStart;
        lineStart = false;
        int length = first ? labelLength() : 0;
        if (length > 0) {
            skip(length);
            return types.rule("RULE_ASM_LABEL");
        }
        skip(statementLength());
        return types.rule("RULE_ASM_TEXT");
    }

    private int labelLength() {
        int length = 0;
        while (isLetter(la(length + 1)) || la(length + 1) == '.' || length > 0 && isDigit(la(length + 1))) {
            length++;
        }
        return length > 0 && la(length + 1) == ':' ? length + 1 : 0;
    }

    private int statementLength() {
        int length = 0;
        int used = 0;
        int braces = 0;
        int quote = 0;
        for (int c = la(1); c != CharStream.EOF && c != '\n'; c = la(length + 1)) {
            if (quote == 0 && (c == ';' || c == '/' && (la(length + 2) == '/' || la(length + 2) == '*') || c == '}' && braces == 0)) {
                break;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '{') {
                braces++;
            } else if (c == '}') {
                braces--;
            }
            length++;
            used = isSpace(c) ? used : length;
        }
        return used;
    }

    /** Whether a line inside assembly opens another element: the closing brace was forgotten. */
    private boolean beginsElement() {
        StringBuilder word = new StringBuilder();
        int length = 0;
        while (isLetter(la(length + 1))) {
            word.append((char) la(++length));
        }
        if (!ELEMENT_WORDS.contains(word.toString()) || la(length + 1) != ' ') {
            return false;
        }
        while (la(length + 1) == ' ') {
            length++;
        }
        return isLetter(la(length + 1)) || la(length + 1) == '{';
    }

    // ---- characters ----------------------------------------------------------------------------------------------------------------

    private int la(int distance) {
        return in.LA(distance);
    }

    private void skip(int count) {
        for (int i = 0; i < count; i++) {
            in.consume();
        }
    }

    private void toEndOfLine() {
        while (la(1) != '\n' && la(1) != CharStream.EOF) {
            in.consume();
        }
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
