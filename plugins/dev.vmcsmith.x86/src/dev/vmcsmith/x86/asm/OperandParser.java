// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.OperandKind.File;
import java.util.Locale;

/** Reads operands: registers, immediates, {@code seg:offset} and addresses in brackets. */
final class OperandParser {
    private final TokenReader reader;
    private final boolean relativeByDefault;

    OperandParser(TokenReader reader, boolean relativeByDefault) {
        this.reader = reader;
        this.relativeByDefault = relativeByDefault;
    }

    /** Bits of a size word, or 0. */
    static int sizeWord(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "byte" -> 8;
            case "word" -> 16;
            case "dword" -> 32;
            case "fword" -> 48;
            case "qword", "mmword" -> 64;
            case "tword", "tbyte" -> 80;
            case "oword", "dqword", "xmmword" -> 128;
            default -> 0;
        };
    }

    Operand parse() {
        Operand operand = new Operand(reader.peek().column());
        modifiers(operand);
        Token first = reader.peek();
        Register register = first.kind() == Token.Kind.NAME ? Register.named(first.text()) : null;
        if (register != null && register.file() == File.SEGMENT && reader.peek(1).is(":") && reader.peek(2).is("[")) {
            reader.take();
            reader.take();
            operand.segment = register.number();
            register = null;
        }
        if (reader.accept("[")) {
            memory(operand);
        } else if (register != null) {
            reader.take();
            operand.type = Operand.Type.REGISTER;
            operand.register = register.name().equals("st") && reader.accept("(") ? stackRegister() : register;
        } else {
            operand.type = Operand.Type.IMMEDIATE;
            operand.value = reader.expression();
            if (reader.accept(":")) {
                operand.type = Operand.Type.FAR;
                operand.extra = operand.value;
                operand.value = reader.expression();
            }
        }
        Token after = reader.peek();
        operand.length = Math.max(1, after.column() - operand.column);
        return operand;
    }

    private void modifiers(Operand operand) {
        while (reader.peek().kind() == Token.Kind.NAME) {
            String word = reader.peek().text();
            int size = sizeWord(word);
            switch (word.toLowerCase(Locale.ROOT)) {
                case "short" -> operand.distance = Operand.Distance.SHORT;
                case "near" -> operand.distance = Operand.Distance.NEAR;
                case "far" -> operand.distance = Operand.Distance.FAR;
                case "ptr", "offset", "strict" -> {
                    // Words of other assemblers that add nothing here.
                }
                default -> {
                    if (size == 0) {
                        return;
                    }
                    operand.size = size;
                }
            }
            reader.take();
        }
    }

    private Register stackRegister() {
        Token number = reader.take();
        Register register = number.kind() == Token.Kind.NUMBER && number.value() < 8 ? Register.named("st" + number.value()) : null;
        if (register == null) {
            throw new SyntaxException(number, "An x87 register is st(0) to st(7).");
        }
        reader.expect(")", "A closing ) is missing after the x87 register's number.");
        return register;
    }

    private void memory(Operand operand) {
        operand.type = Operand.Type.MEMORY;
        operand.extra = null;
        Boolean relative = null;
        while (reader.peek().kind() == Token.Kind.NAME) {
            int size = sizeWord(reader.peek().text());
            if (reader.peek().isName("rel") || reader.peek().isName("abs")) {
                relative = reader.peek().isName("rel");
            } else if (size != 0) {
                operand.addressHint = size;
            } else {
                break;
            }
            reader.take();
        }
        Register segment = reader.peek().kind() == Token.Kind.NAME ? Register.named(reader.peek().text()) : null;
        if (segment != null && segment.file() == File.SEGMENT && reader.peek(1).is(":")) {
            reader.take();
            reader.take();
            operand.segment = segment.number();
            if (reader.acceptName("rel")) {
                relative = true;
            }
        }
        if (reader.peek().is("]")) {
            throw new SyntaxException(reader.peek(), "An address is missing between [ and ].");
        }
        collect(reader.expression(), false, operand);
        reader.expect("]", "A closing ] is missing here.");
        if (operand.base != null && operand.index != null && operand.extra == null && mustBeBase(operand.index)) {
            Register swap = operand.base;
            operand.base = operand.index;
            operand.index = swap;
        }
        operand.relative = operand.base == null && operand.index == null
            && (relative != null ? relative : relativeByDefault && operand.segment == Instruction.NONE);
    }

    private static boolean mustBeBase(Register register) {
        return register.width() > 16 && register.number() == 4;
    }

    /** Sorts the terms of an address into base, index and displacement. */
    private void collect(Expr expr, boolean negative, Operand operand) {
        if (expr instanceof Expr.RegisterUse use) {
            plain(use, negative, operand);
            return;
        }
        if (expr instanceof Expr.Binary binary) {
            if (binary.operator() == '+' || binary.operator() == '-') {
                collect(binary.left(), negative, operand);
                collect(binary.right(), negative != (binary.operator() == '-'), operand);
                return;
            }
            if (binary.operator() == '*' && binary.left() instanceof Expr.RegisterUse use) {
                index(use, binary.right(), negative, operand);
                return;
            }
            if (binary.operator() == '*' && binary.right() instanceof Expr.RegisterUse use) {
                index(use, binary.left(), negative, operand);
                return;
            }
        }
        operand.value = operand.value == null ? negative ? new Expr.Unary('-', expr) : expr
            : new Expr.Binary(negative ? '-' : '+', operand.value, expr, operand.column);
    }

    private static void plain(Expr.RegisterUse use, boolean negative, Operand operand) {
        check(use, negative);
        if (operand.base == null) {
            operand.base = use.register();
        } else if (operand.index == null) {
            operand.index = use.register();
        } else {
            throw new SyntaxException(use.column(), use.length(), "An address has at most two registers; add the others with lea or add.");
        }
    }

    private static void index(Expr.RegisterUse use, Expr factor, boolean negative, Operand operand) {
        check(use, negative);
        if (operand.index != null) {
            if (operand.base != null || operand.extra != null) {
                throw new SyntaxException(use.column(), use.length(), "Only one register of an address can have a factor.");
            }
            operand.base = operand.index;
        }
        operand.index = use.register();
        operand.extra = factor;
    }

    private static void check(Expr.RegisterUse use, boolean negative) {
        if (negative) {
            throw new SyntaxException(use.column(), use.length(),
                "A register cannot be subtracted in an address; negate it in an instruction before.");
        }
        if (use.register().file() != File.GPR || use.register().width() == 8) {
            throw new SyntaxException(use.column(), use.length(), "'" + use.register().name()
                + "' cannot address memory; use a 16-, 32- or 64-bit general-purpose register.");
        }
    }
}
