// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import dev.vmcsmith.lang.eval.PlaceKind;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.Vocabulary;
import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.HvScanner;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import dev.vmcsmith.lang.plan.ExpectationChecks;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;

/** Colours a setup. One pass over the tokens of the language's own scanner, with a stack of the blocks they stand in. */
public final class Highlighter {
    private static final Set<String> CONTROL_GROUPS = Arrays.stream(ControlField.values()).map(ControlField::hvName)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> ELEMENTS = Set.of("import", "machine", "const", "var", "function", "guest", "page", "ept", "vmcs", "on",
            "run");
    /** Characters that say that an element begins: its word and the one behind. */
    private static final int LONGEST_ELEMENT = "machine".length() + 1;
    /** Elements that can only stand in the file: what is open before them was never closed. */
    private static final Set<String> NEVER_INSIDE = Set.of("import", "machine", "const", "var", "function", "vmcs", "on", "run");
    /** Words in the head of an element behind which its name comes. */
    private static final Set<String> BEFORE_NAME = Set.of("const", "var", "function", "code", "data", "file", "elf", "vmcs", "ept", "tables",
            "as");

    private enum Block {
        FILE, MACHINE, DATA, EPT, PAGES, VMCS, CONTROLS, MSRS, STATE, CODE, HANDLER, RUN, OTHER
    }

    private final String text;
    private final int from;
    private final HvLexer lexer = new HvLexer();
    private final List<TextToken> result = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final Deque<Block> blocks = new ArrayDeque<>();
    private final List<CommonToken> significant = new ArrayList<>();
    private Block following = Block.OTHER;
    private int unclosed = Highlighting.NONE;

    private Highlighter(String text, int from) {
        this.text = text;
        this.from = from;
        lexer.setCharStream(new ANTLRStringStream(from == 0 ? text : text.substring(from)));
        blocks.push(Block.FILE);
    }

    /** Any text is accepted. */
    public static Highlighting highlight(String text) {
        Highlighter highlighter = new Highlighter(text, 0);
        highlighter.run(offset -> false);
        return new Highlighting(highlighter.result, highlighter.starts.stream().mapToInt(Integer::intValue).toArray(),
                highlighter.unclosed);
    }

    /**
     * The same as {@link #highlight} of the text, found by looking at the edited element only as long as the edit changes nothing beyond.
     *
     * @param before  of the text before the edit
     * @param offset  of the edit
     * @param removed characters, of which {@code inserted} took the place
     */
    public static Highlighting update(Highlighting before, String text, int offset, int removed, int inserted) {
        int moved = inserted - removed;
        boolean mayClose = before.unclosed() < offset;
        Highlighter highlighter = new Highlighter(text, before.startBefore(mayClose ? before.unclosed() : offset - LONGEST_ELEMENT));
        int stop = highlighter.run(at -> at > offset + inserted && before.isStart(at - moved));
        List<TextToken> tokens = new ArrayList<>(before.tokens().subList(0, before.tokensBefore(highlighter.from)));
        tokens.addAll(highlighter.result);
        List<Integer> starts = new ArrayList<>();
        Arrays.stream(before.starts()).filter(start -> start < highlighter.from).forEach(starts::add);
        starts.addAll(highlighter.starts);
        if (stop < text.length()) {
            for (TextToken token : before.tokens().subList(before.tokensBefore(stop - moved), before.tokens().size())) {
                tokens.add(moved == 0 ? token : new TextToken(token.offset() + moved, token.length(), token.kind()));
            }
            Arrays.stream(before.starts()).filter(start -> start >= stop - moved).forEach(start -> starts.add(start + moved));
        }
        boolean later = before.unclosed() != Highlighting.NONE && before.unclosed() >= stop - moved;
        return new Highlighting(tokens, starts.stream().mapToInt(Integer::intValue).toArray(), Math.min(highlighter.unclosed, later
                ? before.unclosed() + moved : Highlighting.NONE));
    }

    /** Colours up to the first start that is wanted as the end, and answers where that is. */
    private int run(IntPredicate end) {
        List<CommonToken> part = new ArrayList<>();
        int coloured = 0;
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            CommonToken next = (CommonToken) token;
            if (isElementAtLineStart(next)) {
                coloured = colour(part, coloured);
                part.clear();
                if (blocks.size() == 1 || NEVER_INSIDE.contains(next.getText())) {
                    blocks.clear();
                    blocks.push(Block.FILE);
                    following = Block.OTHER;
                    significant.clear();
                    coloured = 0;
                    int offset = from + next.getStartIndex();
                    if (end.test(offset)) {
                        return offset;
                    }
                    starts.add(offset);
                }
            }
            if (HvScanner.UNCLOSED_COMMENT.equals(next.getText())) {
                unclosed = Math.min(unclosed, from + next.getStartIndex());
            }
            part.add(next);
            if (!isHidden(next)) {
                significant.add(next);
            }
        }
        colour(part, coloured);
        return text.length();
    }

    private boolean isElementAtLineStart(CommonToken token) {
        int at = from + token.getStartIndex();
        return (at == 0 || text.charAt(at - 1) == '\n') && ELEMENTS.contains(token.getText());
    }

    private int colour(List<CommonToken> part, int firstSignificant) {
        int index = firstSignificant;
        for (CommonToken token : part) {
            if (isHidden(token)) {
                comment(token);
            } else {
                token(token, index++);
            }
        }
        return index;
    }

    private static boolean isHidden(Token token) {
        return switch (token.getType()) {
            case InternalHvLexer.RULE_WS, InternalHvLexer.RULE_SL_COMMENT, InternalHvLexer.RULE_ML_COMMENT -> true;
            default -> false;
        };
    }

    private void comment(CommonToken token) {
        if (token.getType() != InternalHvLexer.RULE_WS) {
            add(token, TextKind.COMMENT);
        }
    }

    private void add(CommonToken token, TextKind kind) {
        result.add(new TextToken(from + token.getStartIndex(), token.getStopIndex() - token.getStartIndex() + 1, kind));
    }

    private String text(int index) {
        return index >= 0 && index < significant.size() ? significant.get(index).getText() : "";
    }

    private void token(CommonToken token, int index) {
        switch (token.getType()) {
            case InternalHvLexer.RULE_NUMBER -> add(token, TextKind.NUMBER);
            case InternalHvLexer.RULE_STRING, InternalHvLexer.RULE_CHARS, InternalHvLexer.RULE_TEXT_START, InternalHvLexer.RULE_TEXT_MIDDLE,
                InternalHvLexer.RULE_TEXT_END -> add(token, TextKind.STRING);
            case InternalHvLexer.RULE_EXCEPTION -> add(token, TextKind.EXCEPTION);
            case InternalHvLexer.RULE_RIGHTS -> add(token, TextKind.RIGHTS);
            case InternalHvLexer.RULE_ASM_LABEL -> add(token, TextKind.LABEL);
            case InternalHvLexer.RULE_ASM_TEXT -> AssemblyColours.add(token.getText(), from + token.getStartIndex(), result);
            case InternalHvLexer.RULE_ANY_OTHER -> { }
            case InternalHvLexer.RULE_ID -> add(token, name(token.getText(), index));
            default -> keyword(token, index);
        }
    }

    private void keyword(CommonToken token, int index) {
        String text = token.getText();
        if (text.equals("{")) {
            blocks.push(following);
            following = blocks.peek() == Block.HANDLER ? Block.HANDLER : Block.OTHER;
        } else if (text.equals("}")) {
            if (blocks.size() > 1) {
                blocks.pop();
            }
            following = blocks.peek() == Block.HANDLER ? Block.HANDLER : Block.OTHER;
        } else if (Character.isLetter(text.charAt(0))) {
            boolean partOfName = text(index - 1).equals(".") || text(index + 1).equals(".");
            add(token, partOfName ? name(text, index) : TextKind.KEYWORD);
            if (!partOfName) {
                open(text);
            }
        }
    }

    /** Which block the following brace opens, after this word. */
    private void open(String word) {
        boolean inVmcs = blocks.peek() == Block.VMCS;
        switch (word) {
            case "machine" -> element(Block.MACHINE);
            case "code" -> following = Block.CODE;
            case "data" -> following = Block.DATA;
            case "tables" -> following = Block.PAGES;
            case "msr-bitmap", "entry-msr-load", "exit-msr-load", "exit-msr-store", "vmread-bitmap", "vmwrite-bitmap" ->
                following = Block.MSRS;
            case "vmcs" -> element(Block.VMCS);
            case "run" -> element(Block.RUN);
            case "on", "function" -> {
                if (following != Block.RUN) {
                    element(Block.HANDLER);
                }
            }
            case "ept" -> {
                if (!inVmcs) {
                    element(Block.EPT);
                }
            }
            case "guest", "host" -> following = inVmcs ? Block.STATE : following;
            default -> following = inVmcs && CONTROL_GROUPS.contains(word) ? Block.CONTROLS : following;
        }
    }

    /** An element can only stand in the file: blocks still open were never closed. */
    private void element(Block block) {
        if (blocks.peek() != Block.HANDLER && blocks.peek() != Block.RUN || block == Block.HANDLER || block == Block.VMCS) {
            blocks.clear();
            blocks.push(Block.FILE);
        }
        following = block;
    }

    private TextKind name(String text, int index) {
        String before = text(index - 1);
        Block block = blocks.peek();
        if (block == Block.FILE) {
            return BEFORE_NAME.contains(before) ? TextKind.DEFINITION : before.equals("exit") ? TextKind.EXIT_REASON
                    : text(index - 2).equals("tables") ? TextKind.WORD : isParameter(index) ? TextKind.DEFINITION : variable(index);
        }
        return switch (block) {
            case CONTROLS -> TextKind.CONTROL;
            case RUN -> expectation(text, index);
            case MACHINE -> before.equals("serial") || before.equals("host") ? TextKind.WORD : TextKind.NAME;
            case EPT -> Vocabulary.EPT_OPTIONS.contains(text) ? TextKind.WORD : TextKind.NAME;
            case PAGES -> Vocabulary.PAGE_OPTIONS.contains(text) ? TextKind.WORD : TextKind.NAME;
            case DATA -> text(index + 1).equals(":") ? TextKind.LABEL : Vocabulary.DATA_KINDS.contains(text) ? TextKind.WORD : TextKind.NAME;
            case MSRS -> before.equals("=") ? TextKind.NAME : TextKind.FIELD;
            case VMCS -> before.equals("guest") || before.equals("inject") ? TextKind.WORD : isTarget(index) ? TextKind.FIELD : TextKind.NAME;
            case STATE -> isTarget(index) ? TextKind.FIELD : TextKind.NAME;
            case HANDLER -> statement(text, index);
            default -> TextKind.NAME;
        };
    }

    /** Whether a name stands between the parentheses behind that of a function. */
    private boolean isParameter(int index) {
        int at = index - 1;
        while (text(at).equals(",") || text(at - 1).equals(",") && !text(at).equals("(")) {
            at--;
        }
        return text(at).equals("(") && text(at - 2).equals("function");
    }

    private TextKind expectation(String text, int index) {
        return switch (text(index - 1)) {
            case "exits", "count", "at" -> TextKind.EXIT_REASON;
            case "memory" -> Vocabulary.WIDTHS.contains(text) ? TextKind.WORD : TextKind.NAME;
            default -> {
                TextKind variable = variable(index);
                boolean step = text(index - 1).equals(",") && !isCompared(index);
                yield step && ExitReason.find(text) != null || step && text.equals(ExpectationChecks.ANY) ? TextKind.EXIT_REASON : variable;
            }
        };
    }

    private boolean isCompared(int index) {
        int at = index + 1;
        while (text(at).equals(".")) {
            at += 2;
        }
        return Vocabulary.COMPARISONS.contains(text(at));
    }

    private TextKind statement(String text, int index) {
        return switch (text(index - 1)) {
            case "let" -> TextKind.DEFINITION;
            case "inject" -> TextKind.WORD;
            case "enable", "disable" -> TextKind.CONTROL;
            default -> isPlace(text, index) ? TextKind.WORD : variable(index);
        };
    }

    /** Whether a word is, or is a part of, what stands before the brackets of a place. */
    private boolean isPlace(String text, int index) {
        return text(index + 1).equals("[") ? PlaceKind.find(text(index - 1).equals(".") ? text(index - 2) + '.' + text : text) != null
                : text(index + 1).equals(".") && text(index + 3).equals("[") && PlaceKind.find(text + '.' + text(index + 2)) != null;
    }

    /** Whether a name, with its parts behind dots, is followed by an equals sign. */
    private boolean isTarget(int index) {
        int at = index + 1;
        while (text(at).equals(".")) {
            at += 2;
        }
        return text(at).equals("=");
    }

    private TextKind variable(int index) {
        int first = index;
        while (text(first - 1).equals(".")) {
            first -= 2;
        }
        StringBuilder name = new StringBuilder(text(first));
        for (int at = first + 1; text(at).equals("."); at += 2) {
            name.append('.').append(text(at + 1));
        }
        String whole = name.toString();
        if (Registers.isRegister(whole)) {
            return TextKind.REGISTER;
        }
        boolean field = VmcsField.find(FieldArea.EXIT, whole) != null || VmcsField.find(FieldArea.GUEST, whole) != null
                || VmcsField.find(FieldArea.CONTROL, whole) != null || VmcsField.find(whole) != null && whole.indexOf('.') > 0;
        return field ? TextKind.FIELD : TextKind.NAME;
    }
}
