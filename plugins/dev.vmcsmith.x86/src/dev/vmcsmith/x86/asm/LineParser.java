// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.insn.InstructionTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the text line by line into statements. Keeps what directives change: code size, label scope, source line. */
final class LineParser {
    private static final Operand[] NO_OPERANDS = {};
    /** x87 instructions that wait for pending exceptions, and what follows their FWAIT. */
    private static final Map<String, String> WAITING = Map.of("finit", "fninit", "fclex", "fnclex", "fstcw", "fnstcw", "fstsw", "fnstsw",
        "fsave", "fnsave", "fstenv", "fnstenv");
    /** Unknown words that get a suggestion; text that is no assembly at all is not worth more time. */
    private static final int MAX_SUGGESTIONS = 100;

    private final InstructionTable table = InstructionTable.get();
    private final List<Statement> statements;
    private final Problems problems;
    private final Set<String> defined;
    private final String sourceFile;
    private int bits;
    private String scope = "";
    private boolean relativeByDefault;
    private boolean mapped;
    private int mappedLine;
    private String mappedFile;
    private int line;
    private int suggestions;
    private boolean repeating;

    LineParser(AssemblySource source, Names names, List<Statement> statements, Problems problems) {
        this.statements = statements;
        this.problems = problems;
        this.defined = names.defined;
        this.bits = source.bits();
        this.sourceFile = source.file();
    }

    void parse(String text) {
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            line++;
            int stop = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
            try {
                line(text.substring(start, stop));
            } catch (SyntaxException e) {
                problems.add(line, e.column, e.length, e.getMessage(), file(), fileLine());
            }
            start = end + 1;
        }
    }

    private String file() {
        return mapped ? mappedFile : sourceFile;
    }

    private int fileLine() {
        return mapped ? mappedLine : line;
    }

    private void line(String text) {
        repeating = false;
        List<Token> tokens = new Lexer(text).tokens();
        TokenReader reader = new TokenReader(tokens, scope);
        if (reader.atEnd()) {
            return;
        }
        if (reader.accept("%")) {
            lineDirective(reader);
            return;
        }
        while (reader.peek().kind() == Token.Kind.NAME && reader.peek(1).is(":")) {
            Token name = reader.take();
            reader.take();
            label(name, reader, null);
            reader = rescoped(reader, tokens);
        }
        if (!reader.atEnd()) {
            Statement statement = statement(reader);
            reader.expectEnd();
            if (statement != null) {
                add(statement);
            }
        }
    }

    private TokenReader rescoped(TokenReader reader, List<Token> tokens) {
        TokenReader next = new TokenReader(tokens, scope);
        while (next.peek() != reader.peek()) {
            next.take();
        }
        return next;
    }

    private void add(Statement statement) {
        statement.file = file();
        statement.fileLine = fileLine();
        statements.add(statement);
    }

    private void label(Token name, TokenReader reader, Expr constant) {
        if (Register.named(name.text()) != null) {
            throw new SyntaxException(name, "'" + name.text() + "' is a register; choose another name.");
        }
        String full = reader.completeName(name);
        if (!defined.add(full)) {
            throw new SyntaxException(name, "'" + name.text() + "' is defined twice; rename one of them.");
        }
        if (constant == null && !name.text().startsWith(".")) {
            scope = full;
        }
        add(new LabelStatement(line, name.column(), name.length(), full, constant));
    }

    /** {@code %line N "FILE"}: what follows comes from that line, until the next one; {@code %line off} leaves it out of the line map. */
    private void lineDirective(TokenReader reader) {
        Token word = reader.take();
        if (!word.isName("line")) {
            throw new SyntaxException(word, "The only directive with % is %line NUMBER \"FILE\" or %line off.");
        }
        mapped = true;
        if (reader.acceptName("off")) {
            mappedLine = 0;
            mappedFile = null;
        } else {
            Token number = reader.take();
            if (number.kind() != Token.Kind.NUMBER) {
                throw new SyntaxException(number, "Write %line NUMBER \"FILE\" or %line off.");
            }
            mappedLine = (int) number.value();
            if (reader.peek().kind() == Token.Kind.STRING) {
                mappedFile = reader.take().text();
            }
        }
        reader.expectEnd();
    }

    private Statement statement(TokenReader reader) {
        Token first = reader.peek();
        boolean bracketed = reader.accept("[");
        Token word = reader.take();
        if (word.kind() != Token.Kind.NAME) {
            throw new SyntaxException(first, "A line starts with a label, a directive or an instruction, not with '" + first.text() + "'.");
        }
        if (bracketed) {
            Statement statement = directive(word, reader);
            reader.expect("]", "A closing ] is missing after the directive.");
            return statement;
        }
        if (reader.acceptName("equ")) {
            label(word, reader, reader.expression());
            return null;
        }
        if (isData(reader.peek().text()) && reader.peek().kind() == Token.Kind.NAME && !isData(word.text()) && !word.isName("times")) {
            label(word, reader, null);
            word = reader.take();
        }
        return directive(word, reader);
    }

    private static boolean isData(String name) {
        return unit(name) != 0;
    }

    /** Bytes of a data directive's unit; negative for reserving ones, 0 when it is none. */
    private static int unit(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "db" -> 1;
            case "dw" -> 2;
            case "dd" -> 4;
            case "dq" -> 8;
            case "resb" -> -1;
            case "resw" -> -2;
            case "resd" -> -4;
            case "resq" -> -8;
            default -> 0;
        };
    }

    private Statement directive(Token word, TokenReader reader) {
        int unit = unit(word.text());
        if (unit > 0) {
            return data(word, unit, reader);
        }
        if (unit < 0) {
            Expr count = reader.expression();
            return new SpaceStatement(line, word.column(), word.length(), SpaceStatement.Kind.RESERVE, count, -unit, null, null);
        }
        switch (word.text().toLowerCase(Locale.ROOT)) {
            case "bits", "use" -> {
                Token number = reader.take();
                setBits(number, number.kind() == Token.Kind.NUMBER ? number.value() : 0);
                return null;
            }
            case "use16", "use32", "use64" -> {
                bits = Integer.parseInt(word.text().substring(3));
                return null;
            }
            case "org" -> {
                return new OrgStatement(line, word.column(), word.length(), reader.expression());
            }
            case "align" -> {
                Expr alignment = reader.expression();
                Expr fill = null;
                if (reader.accept(",")) {
                    reader.acceptName("db");
                    fill = reader.expression();
                }
                return new SpaceStatement(line, word.column(), word.length(), SpaceStatement.Kind.ALIGN, alignment, 1, fill, null);
            }
            case "times" -> {
                Expr count = reader.expression();
                Token inner = reader.take();
                if (inner.isName("times")) {
                    throw new SyntaxException(inner, "times cannot be repeated by times; multiply the counts.");
                }
                repeating = true;
                Statement repeated = directive(inner, reader);
                repeating = false;
                if (repeated == null) {
                    throw new SyntaxException(inner, "Only data and instructions can be repeated with times.");
                }
                repeated.file = file();
                repeated.fileLine = fileLine();
                return new SpaceStatement(line, word.column(), word.length(), SpaceStatement.Kind.TIMES, count, 0, null, repeated);
            }
            case "default" -> {
                Token mode = reader.take();
                if (!mode.isName("rel") && !mode.isName("abs")) {
                    throw new SyntaxException(mode, "Write default rel or default abs.");
                }
                relativeByDefault = mode.isName("rel");
                return null;
            }
            case "section", "segment", "global", "extern" -> throw new SyntaxException(word, "'" + word.text()
                + "' is not needed: there is one section, all labels are known to all; leave this line out.");
            default -> {
                return instruction(word, reader);
            }
        }
    }

    private void setBits(Token at, long value) {
        if (value != 16 && value != 32 && value != 64) {
            throw new SyntaxException(at, "The code size is bits 16, bits 32 or bits 64.");
        }
        bits = (int) value;
    }

    private Statement data(Token word, int unit, TokenReader reader) {
        List<DataStatement.Item> items = new ArrayList<>();
        do {
            Token token = reader.peek();
            boolean alone = reader.peek(1).is(",") || reader.peek(1).kind() == Token.Kind.END;
            if (alone && (token.kind() == Token.Kind.STRING || token.kind() == Token.Kind.CHARACTER && unit == 1)) {
                reader.take();
                items.add(new DataStatement.Item(null, token.text().getBytes(StandardCharsets.UTF_8), token.column(), token.length()));
            } else {
                Expr value = reader.expression();
                items.add(new DataStatement.Item(value, null, token.column(), Math.max(1, reader.peek().column() - token.column())));
            }
        } while (reader.accept(","));
        return new DataStatement(line, word.column(), word.length(), unit, items);
    }

    private Statement instruction(Token start, TokenReader reader) {
        Prefixes prefixes = new Prefixes();
        Token word = start;
        while (prefixes.accept(word.text().toLowerCase(Locale.ROOT))) {
            word = reader.take();
            if (word.kind() != Token.Kind.NAME) {
                throw new SyntaxException(word, "An instruction must follow the prefix '" + start.text() + "'.");
            }
        }
        String mnemonic = word.text().toLowerCase(Locale.ROOT);
        String direct = WAITING.get(mnemonic);
        if (direct != null) {
            waitFirst(word);
            mnemonic = direct;
        }
        List<InstructionTable.Entry> entries = table.forms(mnemonic);
        if (entries.isEmpty()) {
            boolean suggest = suggestions++ < MAX_SUGGESTIONS;
            throw new SyntaxException(word, Spelling.unknown(word.text(), suggest ? table.mnemonics() : Set.of()));
        }
        List<Operand> operands = new ArrayList<>(4);
        if (!reader.atEnd()) {
            do {
                operands.add(new OperandParser(reader, relativeByDefault).parse());
            } while (reader.accept(","));
        } else if (mnemonic.equals("aam") || mnemonic.equals("aad")) {
            Operand ten = new Operand(word.column());
            ten.type = Operand.Type.IMMEDIATE;
            ten.value = new Expr.Number(10);
            operands.add(ten);
        }
        int length = Math.max(1, reader.peek().column() - start.column());
        InstructionStatement statement = new InstructionStatement(line, start.column(), length, mnemonic, word.column(), entries,
            operands.toArray(NO_OPERANDS), bits);
        prefixes.apply(statement, word);
        return statement;
    }

    /** Adds the FWAIT that the waiting forms of x87 control instructions begin with. */
    private void waitFirst(Token word) {
        if (repeating) {
            throw new SyntaxException(word, "'" + word.text()
                + "' is two instructions; write fwait and its form that does not wait on lines of their own.");
        }
        add(new InstructionStatement(line, word.column(), word.length(), "fwait", word.column(), table.forms("fwait"), NO_OPERANDS, bits));
    }
}
