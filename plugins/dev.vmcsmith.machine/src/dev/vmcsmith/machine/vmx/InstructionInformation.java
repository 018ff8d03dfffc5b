// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.x86.insn.Instruction;

/**
 * The VM-exit instruction-information field and the displacement that goes with it (SDM "Information for VM Exits Due to
 * Instruction Execution"). Bits that the SDM calls undefined are 0.
 */
final class InstructionInformation {
    private static final int REGISTER_FORM = 1 << 10;
    private static final int NO_INDEX = 1 << 22;
    private static final int NO_BASE = 1 << 27;

    private InstructionInformation() {
    }

    /** Address size, segment, base, index and scale of a memory operand; the register of a register operand. */
    static int operand(Instruction i) {
        if (i.mod == 3) {
            return REGISTER_FORM | i.rm << 3;
        }
        int info = addressSize(i) | i.segment << 15;
        info |= i.index == Instruction.NONE ? NO_INDEX : i.index << 18 | Integer.numberOfTrailingZeros(i.scale);
        info |= i.base == Instruction.NONE || i.base == Instruction.RIP ? NO_BASE : i.base << 23;
        return info;
    }

    /** VMREAD, VMWRITE, INVEPT, INVVPID, INVPCID: a second register operand in bits 31:28. */
    static int operandAndRegister(Instruction i) {
        return operand(i) | i.reg << 28;
    }

    /** LGDT, LIDT, SGDT, SIDT. */
    static int descriptorTable(Instruction i, int identity) {
        return operand(i) | (i.operandSize != 16 ? 1 << 11 : 0) | identity << 28;
    }

    /** LLDT, LTR, SLDT, STR. */
    static int systemSegment(Instruction i, int identity) {
        return operand(i) | identity << 28;
    }

    /** RDRAND, RDSEED, TPAUSE, UMWAIT: the register and its size. */
    static int randomRegister(Instruction i) {
        return i.rm << 3 | operandSize(i) << 11;
    }

    /** INS, OUTS: address size, and the segment of OUTS. */
    static int string(Instruction i, boolean in) {
        return addressSize(i) | (in ? 0 : i.segment << 15);
    }

    /** The exit qualification of these instructions: the displacement, plus the next RIP for RIP-relative addresses. */
    static long displacement(Cpu cpu, Insn insn) {
        Instruction i = insn.decoded;
        if (!i.hasModrmMemory()) {
            return 0;
        }
        return i.base == Instruction.RIP ? i.disp + cpu.rip : i.disp;
    }

    private static int addressSize(Instruction i) {
        return i.addressSize == 64 ? 2 << 7 : i.addressSize == 32 ? 1 << 7 : 0;
    }

    private static int operandSize(Instruction i) {
        return i.operandSize == 64 ? 2 : i.operandSize == 32 ? 1 : 0;
    }
}
