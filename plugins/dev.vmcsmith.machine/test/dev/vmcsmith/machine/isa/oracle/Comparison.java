// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.disasm.Disassembler;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind;
import java.util.HexFormat;

/** Compares what the machine and the processor made of a case, as far as the SDM defines it. */
final class Comparison {
    /** First and last byte of an FXSAVE image that hold the last instruction's opcode and addresses. */
    private static final int POINTERS = 6, POINTERS_END = 23;
    private static final int MXCSR_MASK = 28;

    private final Decoder decoder = new Decoder();
    private final Instruction insn = new Instruction();

    /** What differs, or null. */
    String difference(Case c, ProcessorState start, ProcessorState actual, ProcessorState expected) {
        decoder.decode(c.code, 0, c.code.length, c.bits, insn);
        if (actual.vector != expected.vector) {
            return "exception " + actual.vector + ", expected " + expected.vector;
        }
        int count = count(c, start);
        if (count > 0 && count > insn.width(0) && (insn.op() == Op.SHLD || insn.op() == Op.SHRD)) {
            return null;
        }
        if (actual.rip != expected.rip) {
            return "rip " + Long.toHexString(actual.rip) + ", expected " + Long.toHexString(expected.rip);
        }
        for (int n = 0; n < (c.bits == 64 ? 16 : 8); n++) {
            long mask = c.bits == 64 ? -1L : 0xFFFFFFFFL;
            if (((actual.gpr[n] ^ expected.gpr[n]) & mask) != 0) {
                return "register " + n + " " + Long.toHexString(actual.gpr[n]) + ", expected " + Long.toHexString(expected.gpr[n]);
            }
        }
        boolean faulted = expected.vector != ProcessorState.NONE;
        long defined = (Cpu.STATUS_FLAGS | Cpu.DF) & ~(faulted ? insn.form.flagsUndefined : undefined(count));
        if (((actual.rflags ^ expected.rflags) & defined) != 0) {
            return "flags " + Long.toHexString(actual.rflags & defined) + ", expected " + Long.toHexString(expected.rflags & defined);
        }
        int at = difference(actual.memory, expected.memory);
        if (at >= 0) {
            return "memory at " + at + ": " + hex(actual.memory, at) + ", expected " + hex(expected.memory, at);
        }
        if (FormClass.of(insn.form) == FormClass.TRANSCENDENTAL) {
            return Approximation.difference(insn.op(), start.fx, actual.fx, expected.fx);
        }
        at = c.floats ? difference(actual.fx, expected.fx) : -1;
        return at < 0 ? null : "state at " + at + ": " + hex(actual.fx, at) + ", expected " + hex(expected.fx, at);
    }

    /** The masked count of a shift or rotate, or -1. */
    private int count(Case c, ProcessorState start) {
        if (insn.form.flagsMayKeep == 0 || insn.operandCount() < 2) {
            return -1;
        }
        int last = insn.operandCount() - 1;
        boolean cl = insn.kind(last) == OperandKind.CL;
        return (int) (cl ? start.gpr[Cpu.RCX] : insn.imm) & (insn.width(0) == 64 ? 63 : 31);
    }

    private long undefined(int count) {
        InstructionForm form = insn.form;
        if (count < 0) {
            return insn.form.flagsUndefined;
        }
        if (count == 0) {
            return 0;
        }
        long undefined = form.flagsUndefined;
        if (count == 1) {
            undefined &= ~Cpu.OF;
        }
        boolean beyond = count >= insn.width(0) && (form.op == Op.SHL || form.op == Op.SHR || form.op == Op.SHLD || form.op == Op.SHRD);
        return beyond ? undefined | Cpu.CF : undefined;
    }

    static int difference(byte[] a, byte[] b) {
        for (int n = 0; n < a.length; n++) {
            if (a[n] != b[n] && !isPointer(a, n)) {
                return n;
            }
        }
        return -1;
    }

    /** Whether a byte of an FXSAVE image belongs to the last instruction's opcode and addresses or to MXCSR_MASK. */
    static boolean isPointer(byte[] image, int n) {
        return image.length == ProcessorState.FX && (n >= POINTERS && n <= POINTERS_END || n >= MXCSR_MASK && n < MXCSR_MASK + 4);
    }

    static String hex(byte[] b, int at) {
        int from = at & ~15;
        return HexFormat.of().formatHex(b, from, Math.min(from + 16, b.length));
    }

    String describe(Case c, ProcessorState start) {
        StringBuilder out = new StringBuilder(c.bits + " ").append(new Disassembler().format(insn, ProcessorState.CODE)).append(" [")
            .append(HexFormat.of().formatHex(c.code)).append("] seed ").append(c.seed).append(" registers");
        for (int n = 0; n < (c.bits == 64 ? 16 : 8); n++) {
            out.append(' ').append(Long.toHexString(start.gpr[n]));
        }
        out.append(" flags ").append(Long.toHexString(start.rflags));
        if (c.floats) {
            HexFormat f = HexFormat.of();
            out.append("\n   fcw ").append(f.formatHex(start.fx, 0, 2)).append(" fsw ").append(f.formatHex(start.fx, 2, 4)).append(" ftw ")
                .append(f.formatHex(start.fx, 4, 5)).append(" mxcsr ").append(f.formatHex(start.fx, 24, 28));
            out.append("\n   reg ").append(insn.reg).append(' ').append(operand(start.fx, insn.reg)).append(" rm ").append(insn.rm).append(' ')
                .append(insn.mod == 3 ? operand(start.fx, insn.rm) : "memory");
        }
        return out.toString();
    }

    private static String operand(byte[] fx, int n) {
        HexFormat f = HexFormat.of();
        return "xmm " + f.formatHex(fx, 160 + 16 * n, 176 + 16 * n) + (n < 8 ? " st " + f.formatHex(fx, 32 + 16 * n, 42 + 16 * n) : "");
    }
}
