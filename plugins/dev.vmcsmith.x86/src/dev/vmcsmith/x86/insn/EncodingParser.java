// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.insn.OperandKind.Place;

/** Reads the encoding column of a row. */
final class EncodingParser {
    private final String text;
    private final InstructionForm.Operand[] operands;
    private boolean vex;
    private int map;
    private int opcode = -1;
    private int span = 1;
    private int prefix = Encoding.PREFIX_ANY;
    private int operandSize;
    private int addressSize;
    private int w = -1;
    private int l = -1;
    private boolean modrm;
    private int digit = -1;
    private int rm = -1;
    private int mod = -1;

    EncodingParser(String text, InstructionForm.Operand[] operands) {
        this.text = text;
        this.operands = operands;
    }

    Encoding parse() {
        for (int from = 0; from < text.length();) {
            int to = text.indexOf(' ', from);
            to = to < 0 ? text.length() : to;
            token(text.substring(from, to));
            from = to + 1;
        }
        if (opcode < 0) {
            throw new IllegalArgumentException("no opcode");
        }
        for (InstructionForm.Operand operand : operands) {
            Place place = operand.kind().place;
            if (place == Place.RM_REGISTER && mod != Encoding.MOD_IGNORED) {
                mod = Encoding.MOD_REGISTER;
            } else if (place == Place.MEMORY) {
                mod = Encoding.MOD_MEMORY;
            }
        }
        return new Encoding(text, vex, map, opcode, span, prefix, operandSize, addressSize, w, l, modrm, digit, rm, mod);
    }

    private void token(String token) {
        char first = token.charAt(0);
        if (first == '/') {
            modrm = true;
            digit = token.charAt(1) == 'r' ? -1 : token.charAt(1) - '0';
        } else if (token.startsWith("VEX.")) {
            vex(token);
        } else if (isHex(first) && token.length() >= 2 && isHex(token.charAt(1)) && (token.length() == 2 || token.charAt(2) == '+')) {
            hex(token);
        } else {
            word(token);
        }
    }

    private void word(String token) {
        switch (token) {
            case "NP" -> prefix = Encoding.PREFIX_NP;
            case "NFx" -> prefix = Encoding.PREFIX_NFX;
            case "o16" -> operandSize = 16;
            case "o32" -> operandSize = 32;
            case "o32+" -> operandSize = Encoding.SIZE_NOT_16;
            case "o64" -> operandSize = 64;
            case "a16" -> addressSize = 16;
            case "a32" -> addressSize = 32;
            case "a64" -> addressSize = 64;
            case "W0" -> w = 0;
            case "W1" -> w = 1;
            case "mod3" -> mod = Encoding.MOD_REGISTER;
            case "mod*" -> mod = Encoding.MOD_IGNORED;
            case "ib", "iw", "id", "iz", "iv", "cb", "cz", "cp" -> {
                // For the reader: the operand kinds say the same.
            }
            default -> throw new IllegalArgumentException("unknown encoding word " + token);
        }
    }

    private void hex(String token) {
        int value = Integer.parseInt(token, 0, 2, 16);
        if (token.length() > 2) {
            span = token.endsWith("cc") ? Encoding.SPAN_CONDITION : Encoding.SPAN_REGISTER;
        }
        if (opcode < 0 && map == 0 && (value == 0x66 || value == 0xF2 || value == 0xF3)) {
            prefix = value == 0x66 ? Encoding.PREFIX_66 : value == 0xF3 ? Encoding.PREFIX_F3 : Encoding.PREFIX_F2;
        } else if (opcode < 0 && map == 0 && value == 0x0F) {
            map = Encoding.MAP_0F;
        } else if (opcode < 0 && map == Encoding.MAP_0F && !vex && (value == 0x38 || value == 0x3A)) {
            map = value == 0x38 ? Encoding.MAP_0F38 : Encoding.MAP_0F3A;
        } else if (opcode < 0) {
            opcode = value;
        } else {
            modrm = true;
            digit = value >> 3 & 7;
            rm = value & 7;
            mod = Encoding.MOD_REGISTER;
        }
    }

    private void vex(String token) {
        vex = true;
        prefix = Encoding.PREFIX_NP;
        for (String part : token.substring(4).split("\\.")) {
            switch (part) {
                case "LZ" -> l = 0;
                case "L1" -> l = 1;
                case "LIG", "WIG" -> {
                    // Ignored fields need no constraint.
                }
                case "NP" -> prefix = Encoding.PREFIX_NP;
                case "66" -> prefix = Encoding.PREFIX_66;
                case "F3" -> prefix = Encoding.PREFIX_F3;
                case "F2" -> prefix = Encoding.PREFIX_F2;
                case "0F" -> map = Encoding.MAP_0F;
                case "0F38" -> map = Encoding.MAP_0F38;
                case "0F3A" -> map = Encoding.MAP_0F3A;
                case "W0" -> w = 0;
                case "W1" -> w = 1;
                default -> throw new IllegalArgumentException("unknown VEX field " + part);
            }
        }
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
    }
}
