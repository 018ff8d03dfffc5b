// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuModel;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.Insn;

/**
 * The work of one bound x87 instruction: register stack, exceptions and pointers around the arithmetic (SDM "x87 FPU Execution
 * Environment", "x87 FPU Floating-Point Exception Handling").
 */
final class X87 extends ExtendedConversions {
    private static final int NE = 1 << 5;
    /** CPUID.7:EBX: FDP_EXCPTN_ONLY, and "deprecates FPU CS and FPU DS". */
    private static final int OPERAND_ON_EXCEPTION = 6, NO_SELECTORS = 13;
    FpuState f;
    int ase;
    long asig;
    int bse;
    long bsig;
    /** The instruction leaves C1 alone unless the stack faults, as processors do with FCOMI and FCMOVcc. */
    boolean keepsC1;
    private CpuModel known;
    private boolean selectors;
    private boolean operandAlways;
    private int opcode;
    private boolean hasOperand;
    private long operand;
    private int operandSelector;

    /** #MF when an unmasked exception is pending and CR0.NE is set; without NE the error pin is not connected. */
    static void waiting(Cpu c) {
        if ((c.fpu.status & 0x80) != 0 && (c.cr0 & NE) != 0) {
            throw CpuFault.of(CpuFault.MF);
        }
    }

    /** Starts an instruction: pending exceptions, then rounding, precision and masks as the control word says. */
    void begin(Cpu c) {
        waiting(c);
        f = c.fpu;
        flags = 0;
        up = false;
        denormalSource = false;
        rounding = f.control >> 10 & 3;
        int pc = f.control >> 8 & 3;
        precision = pc == 0 ? 24 : pc == 2 ? 53 : 64;
        masks = f.control & 0x3F;
    }

    /**
     * Notes where the instruction is and its memory operand, for FNSTENV and FNSAVE. Newer processors keep a memory operand only when
     * there is an unmasked exception, and no selectors at all; CPUID says so.
     */
    void point(Cpu c, Insn i) {
        if (c.model != known) {
            known = c.model;
            selectors = known == null || !known.has(7, 0, 1, NO_SELECTORS);
            operandAlways = known == null || !known.has(7, 0, 1, OPERAND_ON_EXCEPTION);
        }
        f.instructionPointer = c.insnStart;
        f.instructionSelector = selectors ? c.seg[Cpu.CS].selector : 0;
        opcode = i.decoded.opcode << 8 & 0x700 | i.decoded.modrm;
        hasOperand = i.memory;
        if (hasOperand) {
            operand = c.ea(i);
            operandSelector = selectors ? c.seg[i.segment].selector : 0;
            if (operandAlways) {
                pointToOperand();
            }
        }
    }

    private void pointToOperand() {
        f.dataPointer = operand;
        f.dataSelector = operandSelector;
    }

    int physical(int n) {
        return f.top() + n & 7;
    }

    boolean empty(int n) {
        return (f.inUse >> physical(n) & 1) == 0;
    }

    /** Loads ST(n) as operand a; false with the stack-underflow response prepared when it is empty. */
    boolean loadA(int n) {
        int r = physical(n);
        ase = f.signExponent[r];
        asig = f.significand[r];
        return !underflow(n);
    }

    boolean loadB(int n) {
        int r = physical(n);
        bse = f.signExponent[r];
        bsig = f.significand[r];
        return !underflow(n);
    }

    private boolean underflow(int n) {
        if (empty(n)) {
            invalid();
            flags |= SF;
            return true;
        }
        return false;
    }

    /** The memory operand, a float or an integer, becomes the result value. */
    void loadMemory(Cpu c, Insn i, boolean integer) {
        int width = i.decoded.width(i.decoded.operandCount() - 1);
        long v = c.mmu.read(i.segment, c.ea(i), width);
        if (integer) {
            fromInteger(v << 64 - width >> 64 - width);
        } else if (width == 32) {
            fromSingle((int) v);
        } else {
            fromDouble(v);
        }
    }

    /** Writes the result to ST(n) when no unmasked exception forbids it. */
    boolean finish(int n) {
        boolean allowed = (flags & ~masks & (IE | DE | ZE)) == 0;
        if (allowed) {
            put(n);
        }
        commit();
        return allowed;
    }

    void put(int n) {
        int r = physical(n);
        f.signExponent[r] = se;
        f.significand[r] = sig;
        f.inUse |= 1 << r;
    }

    /**
     * Exceptions, C1 and the error summary go to the status word. An unmasked exception found before computation leaves no trace of those
     * that would have followed.
     */
    void commit() {
        if ((flags & ~masks & (IE | DE | ZE)) != 0) {
            flags &= IE | DE | ZE | SF;
            up &= (flags & SF) != 0;
        }
        int c1 = keepsC1 && (flags & SF) == 0 ? f.status & 0x200 : up ? 0x200 : 0;
        f.status = f.status & ~0x200 | flags & 0x7F | c1;
        if ((flags & ~masks & 0x3F) != 0) {
            f.status |= 0x8080;
            f.opcode = opcode;
            if (hasOperand) {
                pointToOperand();
            }
        }
    }

    /** Pushes the result; a full stack overflows, unless the operand already was an empty register. */
    void pushResult() {
        if (!empty(7) && (flags & SF) == 0) {
            flags = SF;
            invalid();
            up = true;
        }
        if ((flags & ~masks & IE) == 0) {
            f.setTop(f.top() - 1);
            put(0);
        }
        commit();
    }

    void pop() {
        f.inUse &= ~(1 << f.top());
        f.setTop(f.top() + 1);
    }

    /** C3, C2 and C0 as bits 2, 1 and 0. */
    void conditions(int c3c2c0) {
        f.status = f.status & ~0x4500 | (c3c2c0 & 4) << 12 | (c3c2c0 & 3 & 2) << 9 | (c3c2c0 & 1) << 8;
    }
}
