// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** Register numbers that a row cannot name (#UD), and register files that ignore the REX extension bits. */
final class RegisterChecks {
    static final int SEGMENT_SOURCE = 1 << 0;
    static final int SEGMENT_DESTINATION = 1 << 1;
    static final int CONTROL = 1 << 2;
    static final int DEBUG = 1 << 3;
    static final int REG_IGNORES_REX = 1 << 4;
    static final int RM_IGNORES_REX = 1 << 5;
    static final int VEX = 1 << 6;

    private RegisterChecks() {
    }

    static int of(InstructionForm form) {
        int checks = form.encoding.vex ? VEX : 0;
        for (InstructionForm.Operand operand : form.operands) {
            OperandKind kind = operand.kind();
            switch (kind) {
                case SREG -> checks |= REG_IGNORES_REX | (operand.access().writes() ? SEGMENT_DESTINATION : SEGMENT_SOURCE);
                case CR -> checks |= CONTROL;
                case DR -> checks |= DEBUG;
                case MM -> checks |= REG_IGNORES_REX;
                case MM_RM, MM_M32, MM_M64, ST_RM -> checks |= RM_IGNORES_REX;
                default -> {
                }
            }
        }
        return checks;
    }

    /** Applies the checks to a decoded instruction; false when it is undefined. */
    static boolean apply(int checks, InstructionForm form, Instruction out) {
        if ((checks & REG_IGNORES_REX) != 0) {
            out.reg &= 7;
        }
        if ((checks & RM_IGNORES_REX) != 0 && out.mod == 3) {
            out.rm &= 7;
        }
        if ((checks & (SEGMENT_SOURCE | SEGMENT_DESTINATION)) != 0) {
            return out.reg <= 5 && ((checks & SEGMENT_DESTINATION) == 0 || out.reg != 1);
        }
        if ((checks & CONTROL) != 0) {
            return (0b1_0001_1101 >>> out.reg & 1) != 0;
        }
        if ((checks & DEBUG) != 0) {
            return out.reg < 8;
        }
        return (checks & VEX) == 0 || vex(form, out);
    }

    private static boolean vex(InstructionForm form, Instruction out) {
        if (form.encoding.l >= 0 && form.encoding.l != (out.vexL ? 1 : 0)) {
            return false;
        }
        for (InstructionForm.Operand operand : form.operands) {
            if (operand.kind().place == OperandKind.Place.VVVV) {
                return true;
            }
        }
        return out.vvvv == 0;
    }
}
