// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.event.DescriptorTables;
import dev.vmcsmith.machine.event.TaskState;
import dev.vmcsmith.machine.event.TaskSwitch;

/** Far JMP and CALL (direct, through call gates, to tasks) and far RET. */
public final class FarTransfers {
    private FarTransfers() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case JMP_FAR -> (c, i) -> jump(c, i, selector(c, i), offset(c, i));
            case CALL_FAR -> (c, i) -> call(c, i, selector(c, i), offset(c, i));
            case RET_FAR -> (c, i) -> ret(c, i.decoded.operandSize, (int) i.imm & 0xFFFF);
            default -> null;
        };
    }

    private static int selector(Cpu c, Insn i) {
        int width = i.decoded.operandSize;
        return i.memory ? (int) c.mmu.read16(i.segment, c.ea(i) + (width >> 3) & i.addressMask) : (int) i.imm2 & 0xFFFF;
    }

    private static long offset(Cpu c, Insn i) {
        int width = i.decoded.operandSize;
        return i.memory ? c.mmu.read(i.segment, c.ea(i), width) : i.imm & -1L >>> 64 - width;
    }

    // --- JMP -----------------------------------------------------------------------------------------------------------------

    private static void jump(Cpu c, Insn i, int selector, long offset) {
        if (c.mode.isRealLike()) {
            realTransfer(c, selector, offset);
            return;
        }
        if (DescriptorTables.isNull(selector)) {
            throw CpuFault.gp();
        }
        long d = DescriptorTables.read(c, selector, CpuFault.GP);
        if ((DescriptorTables.type(d) & 0x10) == 0) {
            jumpSystem(c, i, selector, d);
            return;
        }
        toCode(c, selector, d, offset, c.cpl);
    }

    private static void realTransfer(Cpu c, int selector, long offset) {
        if (offset > c.seg[Cpu.CS].limit) {
            throw CpuFault.gp();
        }
        DescriptorTables.loadReal(c, c.seg[Cpu.CS], selector);
        c.rip = offset;
        c.stateChanged();
    }

    /** Direct far transfer to a code segment at the same privilege. */
    private static void toCode(Cpu c, int selector, long d, long offset, int cpl) {
        checkDirect(c, selector, d, cpl);
        checkTarget(c, d, offset);
        enter(c, selector, d, offset, cpl);
    }

    private static void checkDirect(Cpu c, int selector, long d, int cpl) {
        if (!DescriptorTables.isCode(d)) {
            throw CpuFault.gp(selector);
        }
        boolean allowed = DescriptorTables.isConforming(d) ? DescriptorTables.dpl(d) <= cpl
            : (selector & 3) <= cpl && DescriptorTables.dpl(d) == cpl;
        if (!allowed) {
            throw CpuFault.gp(selector);
        }
        checkCode(c, selector, d);
    }

    private static void checkCode(Cpu c, int selector, long d) {
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        if (c.longModeActive() && DescriptorTables.isLongCode(d) && DescriptorTables.isBig(d)) {
            throw CpuFault.gp(selector);
        }
    }

    static void checkTarget(Cpu c, long d, long offset) {
        if (c.longModeActive() && DescriptorTables.isLongCode(d)) {
            if (!Canonical.is(c, offset)) {
                throw CpuFault.gp();
            }
        } else if ((offset & 0xFFFFFFFFL) > SegmentRegister.descriptorLimit(d)) {
            throw CpuFault.gp();
        }
    }

    /** Loads CS:RIP; everything has been checked. */
    static void enter(Cpu c, int selector, long d, long offset, int cpl) {
        d = DescriptorTables.accessed(c, selector, d);
        c.seg[Cpu.CS].load(selector & 0xFFFC | cpl, d);
        c.rip = c.longModeActive() && DescriptorTables.isLongCode(d) ? offset : offset & 0xFFFFFFFFL;
        c.stateChanged();
    }

    private static void jumpSystem(Cpu c, Insn i, int selector, long d) {
        int type = DescriptorTables.type(d);
        boolean gateOrTask = type == 1 || type == 9 || type == 4 || type == 5 || type == 12;
        if (!gateOrTask || c.longModeActive() && type != 12
            || DescriptorTables.dpl(d) < c.cpl || DescriptorTables.dpl(d) < (selector & 3)) {
            throw CpuFault.gp(selector);
        }
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        int target = (int) (d >>> 16) & 0xFFFF;
        switch (type) {
            case 1, 9 -> TaskSwitch.run(c, selector, TaskSwitch.JUMP, i.length);
            case 5 -> TaskSwitch.run(c, target, TaskSwitch.JUMP, i.length);
            default -> {
                long code = gateCode(c, selector, target);
                toCodeThroughGate(c, target, code, gateOffset(c, selector, d));
            }
        }
    }

    private static long gateOffset(Cpu c, int selector, long gate) {
        long offset = gate & 0xFFFF;
        if (DescriptorTables.type(gate) == 12) {
            offset |= gate >>> 32 & 0xFFFF0000L;
        }
        return c.longModeActive() ? offset | DescriptorTables.readHighBase(c, selector, CpuFault.GP) : offset;
    }

    private static long gateCode(Cpu c, int gateSelector, int target) {
        if (DescriptorTables.isNull(target)) {
            throw CpuFault.gp();
        }
        long code = DescriptorTables.read(c, target, CpuFault.GP);
        if (!DescriptorTables.isCode(code) || DescriptorTables.dpl(code) > c.cpl
            || c.longModeActive() && (!DescriptorTables.isLongCode(code) || DescriptorTables.isBig(code))) {
            throw CpuFault.gp(target);
        }
        if (!DescriptorTables.present(code)) {
            throw CpuFault.of(CpuFault.NP, target & 0xFFFC);
        }
        return code;
    }

    private static void toCodeThroughGate(Cpu c, int target, long code, long offset) {
        if (!DescriptorTables.isConforming(code) && DescriptorTables.dpl(code) != c.cpl) {
            throw CpuFault.gp(target);
        }
        checkTarget(c, code, offset);
        enter(c, target, code, offset, c.cpl);
    }

    // --- CALL ----------------------------------------------------------------------------------------------------------------

    private static void call(Cpu c, Insn i, int selector, long offset) {
        int width = i.decoded.operandSize;
        if (c.mode.isRealLike()) {
            if (offset > c.seg[Cpu.CS].limit) {
                throw CpuFault.gp();
            }
            pushPair(c, width);
            realTransfer(c, selector, offset);
            return;
        }
        if (DescriptorTables.isNull(selector)) {
            throw CpuFault.gp();
        }
        long d = DescriptorTables.read(c, selector, CpuFault.GP);
        if ((DescriptorTables.type(d) & 0x10) == 0) {
            callSystem(c, i, selector, d);
            return;
        }
        checkDirect(c, selector, d, c.cpl);
        checkTarget(c, d, offset);
        pushPair(c, width);
        enter(c, selector, d, offset, c.cpl);
    }

    /** Pushes CS and RIP; RSP moves only when both writes succeed. */
    private static void pushPair(Cpu c, int width) {
        int bytes = width >> 3;
        long sp = c.gpr[Cpu.RSP];
        c.mmu.write(Cpu.SS, sp - bytes & c.stackMask, width, c.seg[Cpu.CS].selector);
        c.mmu.write(Cpu.SS, sp - 2 * bytes & c.stackMask, width, c.rip);
        c.setSp(sp - 2 * bytes);
    }

    private static void callSystem(Cpu c, Insn i, int selector, long d) {
        int type = DescriptorTables.type(d);
        boolean gateOrTask = type == 1 || type == 9 || type == 4 || type == 5 || type == 12;
        if (!gateOrTask || c.longModeActive() && type != 12
            || DescriptorTables.dpl(d) < c.cpl || DescriptorTables.dpl(d) < (selector & 3)) {
            throw CpuFault.gp(selector);
        }
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        int target = (int) (d >>> 16) & 0xFFFF;
        if (type == 1 || type == 9) {
            TaskSwitch.run(c, selector, TaskSwitch.CALL, i.length);
            return;
        }
        if (type == 5) {
            TaskSwitch.run(c, target, TaskSwitch.CALL, i.length);
            return;
        }
        long code = gateCode(c, selector, target);
        long offset = gateOffset(c, selector, d);
        int width = c.longModeActive() ? 64 : type == 12 ? 32 : 16;
        checkTarget(c, code, offset);
        if (!DescriptorTables.isConforming(code) && DescriptorTables.dpl(code) < c.cpl) {
            callInner(c, target, code, offset, width, (int) (d >>> 32) & 31);
        } else {
            pushPair(c, width);
            enter(c, target, code, offset, c.cpl);
        }
    }

    private static void callInner(Cpu c, int target, long code, long offset, int width, int parameters) {
        int cpl = DescriptorTables.dpl(code);
        int bytes = width >> 3;
        int oldSs = c.seg[Cpu.SS].selector;
        long oldSp = c.gpr[Cpu.RSP];
        int cs = c.seg[Cpu.CS].selector;
        if (c.longModeActive()) {
            long sp = TaskState.field64(c, 4 + 8 * cpl, 0);
            if (!Canonical.is(c, sp)) {
                throw CpuFault.of(CpuFault.SS, 0);
            }
            long[] frame = {oldSs, oldSp, cs, c.rip};
            for (long value : frame) {
                sp -= 8;
                c.mmu.writeLinear(sp, 8, value, false);
            }
            c.seg[Cpu.SS].set(cpl, 0, 0, SegmentRegister.UNUSABLE | cpl << 5);
            c.gpr[Cpu.RSP] = sp;
            enter(c, target, code, offset, cpl);
            return;
        }
        long[] stack = TaskState.stack(c, cpl, 0);
        int ssSelector = (int) stack[0];
        if (DescriptorTables.isNull(ssSelector)) {
            throw CpuFault.of(CpuFault.TS, 0);
        }
        long ss = DescriptorTables.stackDescriptor(c, ssSelector, cpl, CpuFault.TS);
        long mask = DescriptorTables.isBig(ss) ? 0xFFFFFFFFL : 0xFFFFL;
        long base = SegmentRegister.descriptorBase(ss);
        long[] frame = c.frame;
        int n = 0;
        frame[n++] = oldSs;
        frame[n++] = oldSp;
        for (int p = parameters - 1; p >= 0; p--) {
            frame[n++] = Stack.peek(c, width, p);
        }
        frame[n++] = cs;
        frame[n++] = c.rip;
        long sp = stack[1];
        for (int k = 0; k < n; k++) {
            sp = sp - bytes & mask;
            c.mmu.writeLinear(base + sp & 0xFFFFFFFFL, bytes, frame[k] & -1L >>> 64 - width, cpl == 3);
        }
        c.seg[Cpu.SS].load(ssSelector, DescriptorTables.accessed(c, ssSelector, ss));
        c.gpr[Cpu.RSP] = sp;
        enter(c, target, code, offset, cpl);
    }

    // --- RET -----------------------------------------------------------------------------------------------------------------

    private static void ret(Cpu c, int width, int release) {
        long offset = Stack.peek(c, width, 0);
        int selector = (int) Stack.peek(c, width, 1) & 0xFFFF;
        int bytes = width >> 3;
        if (c.mode.isRealLike()) {
            if (offset > c.seg[Cpu.CS].limit) {
                throw CpuFault.gp();
            }
            c.setSp(c.gpr[Cpu.RSP] + 2 * bytes + release);
            realTransfer(c, selector, offset);
            return;
        }
        long d = returnCode(c, selector);
        checkTarget(c, d, offset);
        if ((selector & 3) == c.cpl) {
            c.setSp(c.gpr[Cpu.RSP] + 2 * bytes + release);
            enter(c, selector, d, offset, c.cpl);
            return;
        }
        long slot = c.gpr[Cpu.RSP] + 2 * bytes + release;
        long newSp = c.mmu.read(Cpu.SS, slot & c.stackMask, width);
        int ss = (int) c.mmu.read(Cpu.SS, slot + bytes & c.stackMask, width) & 0xFFFF;
        outer(c, selector, d, offset, ss, newSp, release);
    }

    /** Reads and checks the code segment of a far return or IRET. */
    static long returnCode(Cpu c, int selector) {
        if (DescriptorTables.isNull(selector)) {
            throw CpuFault.gp();
        }
        long d = DescriptorTables.read(c, selector, CpuFault.GP);
        int rpl = selector & 3;
        if (!DescriptorTables.isCode(d) || rpl < c.cpl
            || (DescriptorTables.isConforming(d) ? DescriptorTables.dpl(d) > rpl : DescriptorTables.dpl(d) != rpl)) {
            throw CpuFault.gp(selector);
        }
        checkCode(c, selector, d);
        return d;
    }

    /** Return to an outer privilege level with its stack. */
    static void outer(Cpu c, int selector, long d, long offset, int ss, long newSp, int release) {
        int cpl = selector & 3;
        loadReturnStack(c, ss, cpl, c.longModeActive() && DescriptorTables.isLongCode(d));
        long code = DescriptorTables.accessed(c, selector, d);
        boolean to64 = c.longModeActive() && DescriptorTables.isLongCode(code);
        c.seg[Cpu.CS].load(selector, code);
        c.rip = to64 ? offset : offset & 0xFFFFFFFFL;
        c.stateChanged();
        c.setSp(newSp + release);
        DescriptorTables.dropInaccessible(c, cpl);
        c.stateChanged();
    }

    static void loadReturnStack(Cpu c, int ss, int cpl, boolean to64) {
        if (DescriptorTables.isNull(ss)) {
            if (!to64 || cpl == 3 || (ss & 3) != cpl) {
                throw CpuFault.gp(ss);
            }
            c.seg[Cpu.SS].set(ss, 0, 0, SegmentRegister.UNUSABLE | cpl << 5);
            return;
        }
        long d = DescriptorTables.stackDescriptor(c, ss, cpl, CpuFault.GP);
        c.seg[Cpu.SS].load(ss, DescriptorTables.accessed(c, ss, d));
    }

    /** Whether the processor executes 64-bit code. */
    static boolean is64(Cpu c) {
        return c.mode == CpuMode.LONG_64;
    }
}
