// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind;
import dev.vmcsmith.x86.insn.OperandKind.File;
import dev.vmcsmith.x86.insn.OperandKind.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Lays out the operands of a decoded instruction for the handlers and finds the handler. */
public final class InsnBinder {
    private static final int EM = 1 << 2, TS = 1 << 3, NE = 1 << 5, OSFXSR = 1 << 9;
    private static final int CACHE_LINE = 64;

    /** Operations that are {@link Insn#pure} unless an operand is in memory. */
    private static final Set<Op> PURE = EnumSet.of(Op.MOV, Op.MOVZX, Op.MOVSX, Op.LEA, Op.XCHG, Op.BSWAP, Op.CMOVCC, Op.SETCC,
        Op.ADD, Op.OR, Op.ADC, Op.SBB, Op.AND, Op.SUB, Op.XOR, Op.CMP, Op.TEST, Op.INC, Op.DEC, Op.NEG, Op.NOT, Op.CBW, Op.CWD,
        Op.SHL, Op.SHR, Op.SAR, Op.ROL, Op.ROR, Op.MUL, Op.IMUL, Op.IMUL_REG, Op.NOP);

    private final List<SemanticsSource> sources;
    private final UnaryOperator<InstructionForm> available;

    /**
     * A binder for a processor.
     *
     * @param available what a row of the table is there; null for #UD
     */
    public InsnBinder(List<SemanticsSource> sources, UnaryOperator<InstructionForm> available) {
        this.sources = List.copyOf(sources);
        this.available = available;
    }

    /** Binds a decoded instruction; the instance is kept. What has no semantics raises #UD. */
    public Insn bind(Instruction d) {
        InstructionForm form = available.apply(d.form);
        d.form = form == null ? d.form : form;
        Insn i = operands(d);
        Semantics semantics = form == null ? null : semantics(i);
        i.semantics = semantics == null ? InsnBinder::undefined : detectBusLock(d, i, guard(d, semantics));
        i.plain = i.semantics == semantics;
        i.pure = i.plain && PURE.contains(d.op()) && (!i.memory || d.op() == Op.LEA && !i.ripRelative);
        return i;
    }

    private static void undefined(Cpu c, Insn i) {
        throw CpuFault.ud();
    }

    private Semantics semantics(Insn i) {
        for (SemanticsSource source : sources) {
            Semantics semantics = source.bind(i);
            if (semantics != null) {
                return semantics;
            }
        }
        return null;
    }

    /** Rows of the table that no source has semantics for. */
    public List<InstructionForm> missing(List<InstructionForm> forms) {
        List<InstructionForm> result = new ArrayList<>();
        for (InstructionForm form : forms) {
            Instruction d = new Instruction();
            d.form = form;
            d.bits = form.validIn(64) ? 64 : 32;
            d.operandSize = 32;
            d.addressSize = d.bits;
            d.mod = 3;
            d.base = Instruction.NONE;
            d.index = Instruction.NONE;
            d.scale = 1;
            if (semantics(operands(d)) == null) {
                result.add(form);
            }
        }
        return result;
    }

    /** A locked access that crosses a cache line locks the bus, which VMX may want to know. */
    private static Semantics detectBusLock(Instruction d, Insn insn, Semantics semantics) {
        boolean locked = insn.memory && (insn.lock || d.op() == Op.XCHG);
        if (!locked) {
            return semantics;
        }
        int bytes = d.width(0) >> 3;
        return (c, i) -> {
            long line = c.ea(i) + c.seg[i.segment].effectiveBase & CACHE_LINE - 1;
            semantics.execute(c, i);
            if (line + bytes > CACHE_LINE) {
                c.intercepts.busLock(c);
            }
        };
    }

    /** Adds the checks that the table states: #UD, #NM and pending #MF of x87, MMX and SSE instructions. */
    private static Semantics guard(Instruction d, Semantics semantics) {
        InstructionForm form = d.form;
        boolean sse = form.has(InstructionForm.A_SSE);
        if (usesMmx(d)) {
            return (c, i) -> {
                if ((c.cr0 & EM) != 0 || sse && (c.cr4 & OSFXSR) == 0) {
                    throw CpuFault.ud();
                }
                if ((c.cr0 & TS) != 0) {
                    throw CpuFault.of(CpuFault.NM);
                }
                if ((c.fpu.status & 0x80) != 0 && (c.cr0 & NE) != 0) {
                    throw CpuFault.of(CpuFault.MF);
                }
                semantics.execute(c, i);
            };
        }
        if (sse) {
            return (c, i) -> {
                if ((c.cr0 & EM) != 0 || (c.cr4 & OSFXSR) == 0) {
                    throw CpuFault.ud();
                }
                if ((c.cr0 & TS) != 0) {
                    throw CpuFault.of(CpuFault.NM);
                }
                semantics.execute(c, i);
            };
        }
        if (form.has(InstructionForm.A_FPU) && form.op != Op.FWAIT) {
            return (c, i) -> {
                if ((c.cr0 & (EM | TS)) != 0) {
                    throw CpuFault.of(CpuFault.NM);
                }
                semantics.execute(c, i);
            };
        }
        return semantics;
    }

    private static boolean usesMmx(Instruction d) {
        for (int n = 0; n < d.operandCount(); n++) {
            if (d.kind(n).file == File.MMX && !d.isMemory(n)) {
                return true;
            }
        }
        return d.op() == Op.EMMS;
    }

    private static Insn operands(Instruction d) {
        Insn i = new Insn();
        i.decoded = d;
        i.length = d.length;
        i.codeBits = d.bits;
        i.endsBlock = d.form.has(InstructionForm.A_ENDS_BLOCK);
        i.rep = d.rep;
        i.repne = d.repne;
        i.lock = d.lock;
        i.condition = d.condition;
        i.imm = d.imm;
        i.imm2 = d.imm2;
        i.segment = d.segment;
        i.addressSize = d.addressSize;
        i.addressMask = -1L >>> 64 - d.addressSize;
        int count = d.operandCount();
        i.width = width(d, count);
        i.shift = 64 - i.width;
        i.mask = -1L >>> i.shift;
        i.sourceWidth = count > 1 && d.width(count > 2 && d.kind(1).place == Place.VVVV ? 2 : 1) > 0
            ? d.width(count > 2 && d.kind(1).place == Place.VVVV ? 2 : 1) : i.width;
        for (int n = 0; n < count; n++) {
            place(i, d, n, count);
        }
        if (exchangeable(d)) {
            exchange(i);
        }
        return i;
    }

    /** The main operand width: the first operand that has a general or memory width, else the operand size. */
    private static int width(Instruction d, int count) {
        for (int n = 0; n < count; n++) {
            OperandKind kind = d.kind(n);
            boolean counts = kind.file == File.GPR || kind.place == Place.RM || kind.place == Place.MEMORY || kind.place == Place.MOFFS
                || kind.place == Place.STRING_SOURCE || kind.place == Place.STRING_DESTINATION;
            boolean port = kind == OperandKind.DX;
            int width = d.width(n);
            if (counts && !port && (width == 8 || width == 16 || width == 32 || width == 64)) {
                return width;
            }
        }
        return d.operandSize;
    }

    private static void place(Insn i, Instruction d, int n, int count) {
        OperandKind kind = d.kind(n);
        switch (kind.place) {
            case RM, MEMORY -> {
                if (d.isMemory(n)) {
                    memory(i, d);
                    i.memoryIsDestination = n == 0;
                } else if (kind.file == File.GPR) {
                    setRm(i, d.register(n), d.width(n));
                } else {
                    i.rm = d.rm;
                }
            }
            case RM_REGISTER, OPCODE -> {
                if (kind.file == File.GPR) {
                    setRm(i, d.register(n), d.width(n));
                } else {
                    i.rm = d.rm;
                }
            }
            case REG -> {
                if (kind.file == File.GPR) {
                    setReg(i, d.register(n), d.width(n));
                } else {
                    i.reg = d.reg;
                }
            }
            case MOFFS -> {
                i.memory = true;
                i.memoryIsDestination = n == 0;
                i.disp = d.disp;
            }
            case FIXED -> {
                if (kind.file == File.GPR && kind != OperandKind.CL && kind != OperandKind.DX) {
                    boolean toRm = n == 0 && !(count > 1 && (d.kind(1).place == Place.MOFFS));
                    if (toRm) {
                        setRm(i, d.register(n), d.width(n));
                    } else {
                        setReg(i, d.register(n), d.width(n));
                    }
                }
            }
            case IMMEDIATE, RELATIVE, FAR_POINTER -> i.immediateOperand = true;
            default -> { }
        }
    }

    /**
     * "op reg, r/m" with a register as source is "op r/m, reg" with the two exchanged: where the handlers have one
     * register-register form for both, the destination takes the r/m role.
     */
    private static void exchange(Insn i) {
        int r = i.rm;
        int s = i.rmShift;
        long k = i.rmKeep;
        i.rm = i.reg;
        i.rmShift = i.regShift;
        i.rmKeep = i.regKeep;
        i.reg = r;
        i.regShift = s;
        i.regKeep = k;
    }

    private static boolean exchangeable(Instruction d) {
        return switch (d.op()) {
            case ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST, MOV -> d.operandCount() == 2 && d.mod == 3 && d.kind(0).place == Place.REG
                && d.kind(0).file == File.GPR && d.kind(1).file == File.GPR;
            default -> false;
        };
    }

    private static void setRm(Insn i, int register, int width) {
        boolean high = register >= Gpr.AH && width == 8;
        i.rm = high ? register - Gpr.AH : register;
        i.rmShift = high ? 8 : 0;
        i.rmKeep = keep(width) << i.rmShift | (high ? 0xFF : 0);
    }

    private static void setReg(Insn i, int register, int width) {
        boolean high = register >= Gpr.AH && width == 8;
        i.reg = high ? register - Gpr.AH : register;
        i.regShift = high ? 8 : 0;
        i.regKeep = keep(width) << i.regShift | (high ? 0xFF : 0);
    }

    private static long keep(int width) {
        return width == 8 ? ~0xFFL : width == 16 ? ~0xFFFFL : 0;
    }

    private static void memory(Insn i, Instruction d) {
        i.memory = true;
        i.ripRelative = d.base == Instruction.RIP;
        i.base = d.base < 0 || i.ripRelative ? Insn.ZERO : d.base;
        i.index = d.index < 0 ? Insn.ZERO : d.index;
        i.scale = d.index < 0 ? 0 : Integer.numberOfTrailingZeros(d.scale);
        i.disp = d.disp;
    }
}
