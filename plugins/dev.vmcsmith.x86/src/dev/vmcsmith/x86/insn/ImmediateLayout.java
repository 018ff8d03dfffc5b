// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** What follows ModRM and displacement in an encoding, as a small number that the decoder and assembler switch on. */
final class ImmediateLayout {
    static final int NONE = 0;
    static final int IMM8 = 1;
    static final int IMM8_SIGNED = 2;
    static final int IMM16 = 3;
    static final int IMM_Z = 5;
    static final int IMM_V = 6;
    static final int REL8 = 7;
    static final int REL_Z = 8;
    static final int FAR = 9;
    static final int MOFFS = 10;
    static final int IMM16_IMM8 = 11;

    private ImmediateLayout() {
    }

    static int of(InstructionForm.Operand[] operands) {
        int layout = NONE;
        for (InstructionForm.Operand operand : operands) {
            layout = switch (operand.kind()) {
                case IMM8 -> IMM8;
                case IMM8S -> IMM8_SIGNED;
                case IMM16 -> IMM16;
                case IMMZ -> IMM_Z;
                case IMMV -> IMM_V;
                case REL8 -> REL8;
                case RELZ -> REL_Z;
                case FAR -> FAR;
                case MOFFS8, MOFFSV -> MOFFS;
                case IMM8_2 -> IMM16_IMM8;
                default -> layout;
            };
        }
        return layout;
    }

    /** Bytes that a layout occupies. */
    static int bytes(int layout, int operandSize, int addressSize) {
        return switch (layout) {
            case NONE -> 0;
            case IMM8, IMM8_SIGNED, REL8 -> 1;
            case IMM16 -> 2;
            case IMM_Z, REL_Z -> operandSize == 16 ? 2 : 4;
            case IMM_V -> operandSize >> 3;
            case FAR -> operandSize == 16 ? 4 : 6;
            case MOFFS -> addressSize >> 3;
            default -> 3;
        };
    }
}
