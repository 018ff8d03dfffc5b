// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

import dev.vmcsmith.x86.insn.Instruction;

/**
 * One decoded instruction bound to its semantics, as a block holds it: the operands laid out so that a handler needs no
 * decision. Written once by the engine's binder, then read only. A general register operand is a slot of {@link Cpu#gpr} plus a
 * shift (8 for AH..BH); {@code gpr[n] & keep | (value & mask) << shift} writes it in every width.
 */
public final class Insn {
    /** Slot of {@link Cpu#gpr} that always reads as zero: the base or index that is not there. */
    public static final int ZERO = 16;

    public Semantics semantics;
    /** The decoder's result, for whoever needs more than the fields here. */
    public Instruction decoded;
    /** Length in bytes. */
    public int length;
    /** Offset of the next instruction from the start of the block. */
    public int end;
    /** Whether the engine may chain on to the next instruction of the block. */
    public boolean endsBlock;
    /** Only general registers and status flags are read and written, without any fault: nobody can tell when in a block it happens. */
    public boolean pure;
    /** The semantics are those of the operation alone, with no check of ours before and nothing after. */
    public boolean plain;

    /** Operand width in bits: 8, 16, 32 or 64; {@code shift} is 64 - width, {@code mask} the value bits. */
    public int width;
    public int shift;
    public long mask;

    /** The r/m operand when it is a register. */
    public int rm;
    public int rmShift;
    public long rmKeep;
    /** The reg operand (ModRM.reg or the register in the opcode). */
    public int reg;
    public int regShift;
    public long regKeep;

    /** True when the r/m operand is in memory: then the address fields hold. */
    public boolean memory;
    public int base = ZERO;
    public int index = ZERO;
    public int scale;
    public long disp;
    public boolean ripRelative;
    /** 0xFFFF, 0xFFFFFFFF or -1. */
    public long addressMask;
    public int addressSize;
    /** Segment of the memory operand, overrides applied. */
    public int segment;

    /** The memory operand is operand 0. */
    public boolean memoryIsDestination;
    /** The last operand is an immediate. */
    public boolean immediateOperand;

    /** Immediate, sign-extended where the instruction does so. */
    public long imm;
    public long imm2;
    /** Condition code 0..15 of Jcc, SETcc, CMOVcc. */
    public int condition;
    /** REP/REPE (F3) and REPNE (F2) as prefixes of a string instruction. */
    public boolean rep;
    public boolean repne;
    public boolean lock;
    /** A string instruction with a repeat prefix. */
    public boolean repeated;
    /** Set while a string instruction leaves through a VM exit. */
    public boolean exited;
    /** The width of the second operand where it differs (MOVZX, MOVSX, shifts). */
    public int sourceWidth;
    /** Code size the instruction was decoded for: 16, 32 or 64. */
    public int codeBits;
}
