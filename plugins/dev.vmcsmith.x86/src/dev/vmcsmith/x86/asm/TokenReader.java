// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.List;

/** Walks the tokens of a line and reads expressions with C's operators and NASM's precedence. */
final class TokenReader {
    private static final String[][] LEVELS = {{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}};

    /** Parentheses and signs within each other, and operators in a row; more is a mistake and would exhaust the stack. */
    private static final int MAX_DEPTH = 100;
    private static final int MAX_OPERATORS = 1000;

    private final List<Token> tokens;
    private final String scope;
    private int next;
    private int depth;
    private int operators;

    /** A reader; local names get the scope, the last label that is not local, in front. */
    TokenReader(List<Token> tokens, String scope) {
        this.tokens = tokens;
        this.scope = scope;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(next + ahead, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    boolean accept(String punctuation) {
        if (peek().is(punctuation)) {
            next++;
            return true;
        }
        return false;
    }

    boolean acceptName(String name) {
        if (peek().isName(name)) {
            next++;
            return true;
        }
        return false;
    }

    void expect(String punctuation, String message) {
        if (!accept(punctuation)) {
            throw new SyntaxException(peek(), message);
        }
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    void expectEnd() {
        if (!atEnd()) {
            throw new SyntaxException(peek(), "'" + peek().text()
                + "' is not expected here; end the line before it or add an operator or a comma.");
        }
    }

    Expr expression() {
        operators = 0;
        return level(0);
    }

    private Expr level(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        Expr left = level(level + 1);
        while (true) {
            Token token = peek();
            boolean found = false;
            if (token.kind() == Token.Kind.PUNCTUATION) {
                for (String operator : LEVELS[level]) {
                    found |= token.text().equals(operator);
                }
            }
            if (!found) {
                return left;
            }
            take();
            if (++operators > MAX_OPERATORS) {
                throw new SyntaxException(token, "This expression is too long; give a part of it a name with equ.");
            }
            left = new Expr.Binary(token.text().charAt(0), left, level(level + 1), token.column());
        }
    }

    private Expr unary() {
        if (!peekSign()) {
            return primary();
        }
        Token token = take();
        deeper(token);
        Expr operand = unary();
        depth--;
        return new Expr.Unary(token.text().charAt(0), operand);
    }

    private boolean peekSign() {
        Token token = peek();
        return token.is("-") || token.is("+") || token.is("~") || token.is("!");
    }

    private void deeper(Token at) {
        if (++depth > MAX_DEPTH) {
            throw new SyntaxException(at, "This expression is nested too deeply; give a part of it a name with equ.");
        }
    }

    private Expr primary() {
        Token token = take();
        switch (token.kind()) {
            case NUMBER -> {
                return new Expr.Number(token.value() << unit());
            }
            case CHARACTER -> {
                return new Expr.Number(characterConstant(token));
            }
            case STRING -> throw new SyntaxException(token,
                "A text in double quotes is data; write a number in single quotes, such as 'A' or 'SVT'.");
            case NAME -> {
                Register register = Register.named(token.text());
                if (register != null) {
                    return new Expr.RegisterUse(register, token.column(), token.length());
                }
                return new Expr.Name(completeName(token), token.column(), token.length());
            }
            case PUNCTUATION -> {
                if (token.text().equals("(")) {
                    deeper(token);
                    Expr inner = level(0);
                    depth--;
                    expect(")", "A closing ) is missing here.");
                    return inner;
                }
                if (token.text().equals("$")) {
                    return new Expr.Here();
                }
                if (token.text().equals("$$")) {
                    return new Expr.Origin();
                }
                throw new SyntaxException(token, "A value is expected instead of '" + token.text()
                    + "': a number, a name, $ or an expression in ( ).");
            }
            default -> throw new SyntaxException(token, "A value is missing here: a number, a name, $ or an expression in ( ).");
        }
    }

    /** Shift of a size word after a number: KiB, MiB, GiB. */
    private int unit() {
        return acceptName("KiB") ? 10 : acceptName("MiB") ? 20 : acceptName("GiB") ? 30 : 0;
    }

    String completeName(Token token) {
        return token.text().startsWith(".") ? scope.concat(token.text()) : token.text();
    }

    /** A character constant as C compilers read it: the first character is the most significant byte. */
    static long characterConstant(Token token) {
        if (token.text().isEmpty() || token.text().length() > 8) {
            throw new SyntaxException(token, "A character constant has one to eight characters.");
        }
        long value = 0;
        for (int i = 0; i < token.text().length(); i++) {
            value = value << 8 | token.text().charAt(i) & 0xFF;
        }
        return value;
    }
}
