// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.ModelRegisters;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.cpu.VmExitSignal;

/**
 * Delivers exceptions and interrupts through the IDT (SDM "Interrupt and Exception Handling"), in every mode, with double and
 * triple faults.
 */
public final class Delivery {
    /** Exceptions in a row, each raised by the delivery of the one before, that make a processor count as stuck. */
    private static final int ENDLESS = 1000;

    private Delivery() {
    }

    /**
     * Raises an exception: asks VMX, then delivers it, going on to double and triple fault. RIP is the value to be pushed; when
     * the exception was raised while another event was being delivered, {@code c.delivering} says so.
     * An exception whose delivery raises a benign one again and again (#AC on a misaligned stack) ends when VMX or the machine says so.
     */
    public static void raise(Cpu c, CpuFault fault) {
        int length = c.faultLength;
        CpuFault current = fault;
        if (!c.delivering.valid) {
            c.lastFault = fault;
        }
        int first = c.delivering.valid && c.delivering.type == EventInFlight.HARDWARE_EXCEPTION ? c.delivering.vector : -1;
        for (int nesting = 0;; nesting++) {
            if (nesting == ENDLESS && stuck(c, current)) {
                return;
            }
            if (first == CpuFault.DF) {
                tripleFault(c, current);
                return;
            }
            if (first >= 0 && FaultClass.doubleFaults(first, current.vector)) {
                current = CpuFault.of(CpuFault.DF, 0);
            }
            boolean external = c.delivering.valid && c.delivering.type != EventInFlight.SOFTWARE_INTERRUPT
                && c.delivering.type != EventInFlight.SOFTWARE_EXCEPTION;
            int error = current.hasErrorCode && current.vector != CpuFault.PF && current.vector != CpuFault.DF && external
                ? current.errorCode | 1 : current.errorCode;
            try {
                if (c.intercepts.exception(c, EventInFlight.HARDWARE_EXCEPTION, current.vector, current.hasErrorCode, error,
                        current.payload, length)) {
                    c.delivering.clear();
                    return;
                }
                if (current.vector == CpuFault.PF) {
                    c.cr2 = current.payload;
                } else if (current.vector == CpuFault.DB) {
                    debugStatus(c, current.payload);
                }
                first = current.vector;
                c.delivering.set(EventInFlight.HARDWARE_EXCEPTION, current.vector, current.hasErrorCode, error, 0);
                deliver(c, current.vector, false, current.hasErrorCode && c.mode != CpuMode.REAL, error, FaultClass.isFault(current), 1);
                c.delivering.clear();
                return;
            } catch (CpuFault nested) {
                current = nested;
            } catch (VmExitSignal exit) {
                c.intercepts.takeExit(c, exit, length);
                c.delivering.clear();
                return;
            }
        }
    }

    /** A #DB is delivered: B3:B0 show its conditions, the other bits of DR6 are only ever set, DR7.GD and IA32_DEBUGCTL.BTF are cleared. */
    private static void debugStatus(Cpu c, long conditions) {
        c.dr[6] = c.dr[6] & ~0xFL | (conditions | c.pendingDebug) & 0xE00F;
        c.dr[7] &= ~0x2000L;
        c.msr.debugctl &= ~ModelRegisters.BTF;
        c.pendingDebug = 0;
    }

    /** The processor makes no progress and never comes to an instruction boundary: an instruction timeout, or the end. */
    private static boolean stuck(Cpu c, CpuFault last) {
        if (!c.intercepts.instructionTimeout(c)) {
            c.activity = Activity.SHUTDOWN;
            c.platform.shutdown(c, "the processor is stuck: the delivery of " + last.getMessage()
                + " raises it again, endlessly, at CS:RIP 0x" + Integer.toHexString(c.seg[Cpu.CS].selector)
                + ":0x" + Long.toHexString(c.rip));
        }
        c.delivering.clear();
        return true;
    }

    private static void tripleFault(Cpu c, CpuFault last) {
        c.delivering.clear();
        if (c.intercepts.tripleFault(c)) {
            return;
        }
        c.activity = Activity.SHUTDOWN;
        CpuFault original = c.lastFault == null ? last : c.lastFault;
        c.platform.shutdown(c, last.getMessage() + " while delivering " + original.getMessage() + " at CS:RIP 0x"
            + Integer.toHexString(c.seg[Cpu.CS].selector) + ":0x" + Long.toHexString(c.rip));
    }

    /**
     * INT n, INT3, INTO, INT1: RIP is after the instruction. A fault propagates to the engine, which puts RIP back.
     *
     * @param type interruption type of {@link EventInFlight}
     */
    public static void software(Cpu c, int vector, int type, int length) {
        if (type != EventInFlight.SOFTWARE_INTERRUPT) {
            long next = c.rip;
            c.rip = next - length;
            if (c.intercepts.exception(c, type, vector, false, 0, 0, length)) {
                return;
            }
            c.rip = next;
            if (vector == CpuFault.DB) {
                debugStatus(c, 0);
            }
        }
        c.delivering.set(type, vector, false, 0, length);
        deliver(c, vector, type != EventInFlight.PRIVILEGED_SOFTWARE_EXCEPTION, false, 0, false, 0);
        c.delivering.clear();
    }

    /** An external interrupt or NMI that nothing intercepts any more. */
    public static void interrupt(Cpu c, int vector, int type) {
        inject(c, vector, type, false, 0, 0);
    }

    /**
     * Delivers an event of any type as VM-entry event injection does: no intercept for the event itself.
     *
     * @param instructionLength added to RIP for software events, whose RIP is that of the instruction
     */
    public static void inject(Cpu c, int vector, int type, boolean hasErrorCode, int errorCode, int instructionLength) {
        boolean software = type == EventInFlight.SOFTWARE_INTERRUPT || type == EventInFlight.SOFTWARE_EXCEPTION;
        boolean anySoftware = software || type == EventInFlight.PRIVILEGED_SOFTWARE_EXCEPTION;
        c.delivering.set(type, vector, hasErrorCode, errorCode, anySoftware ? instructionLength : 0);
        long start = c.rip;
        c.faultLength = anySoftware ? instructionLength : 0;
        try {
            if (anySoftware) {
                c.rip = start + instructionLength;
            }
            boolean fault = type == EventInFlight.HARDWARE_EXCEPTION && vector != CpuFault.DB;
            deliver(c, vector, software, hasErrorCode && c.mode != CpuMode.REAL, errorCode, fault, software ? 0 : 1);
            c.delivering.clear();
        } catch (CpuFault nested) {
            c.rip = start;
            c.lastFault = null;
            raise(c, nested);
        } catch (VmExitSignal exit) {
            c.rip = start;
            c.intercepts.takeExit(c, exit, anySoftware ? instructionLength : 0);
            c.delivering.clear();
        }
    }

    // --- the IDT -----------------------------------------------------------------------------------------------------------

    private static void deliver(Cpu c, int vector, boolean software, boolean hasError, int error, boolean setRf, int ext) {
        c.eventDelivered = true;
        c.activity = Activity.ACTIVE;
        if (c.mode == CpuMode.REAL) {
            real(c, vector);
        } else if (c.longModeActive()) {
            longMode(c, vector, software, hasError, error, setRf, ext);
        } else {
            protectedMode(c, vector, software, hasError, error, setRf, ext);
        }
        c.stateChanged();
    }

    private static void real(Cpu c, int vector) {
        int offset = 4 * vector;
        if (offset + 3 > (c.idtLimit & 0xFFFF)) {
            throw CpuFault.of(CpuFault.GP, 0);
        }
        long entry = c.mmu.readSystem(c.idtBase + offset, 4);
        long sp = c.gpr[Cpu.RSP];
        c.mmu.write16(Cpu.SS, sp - 2 & c.stackMask, c.rflags());
        c.mmu.write16(Cpu.SS, sp - 4 & c.stackMask, c.seg[Cpu.CS].selector);
        c.mmu.write16(Cpu.SS, sp - 6 & c.stackMask, c.rip);
        c.setSp(sp - 6);
        c.systemFlags &= ~(Cpu.IF | Cpu.TF | Cpu.AC | Cpu.RF);
        SegmentRegister cs = c.seg[Cpu.CS];
        cs.selector = (int) (entry >>> 16) & 0xFFFF;
        cs.base = (long) cs.selector << 4;
        c.rip = entry & 0xFFFF;
    }

    private static CpuFault idtFault(int vector, int code, int ext) {
        return CpuFault.of(vector, code * 8 + 2 + ext);
    }

    private static void protectedMode(Cpu c, int vector, boolean software, boolean hasError, int error, boolean setRf, int ext) {
        boolean v86 = c.mode == CpuMode.VIRTUAL_8086;
        if (v86 && software && c.delivering.type == EventInFlight.SOFTWARE_INTERRUPT && V86Interrupts.redirect(c, vector)) {
            return;
        }
        if (8 * vector + 7 > (c.idtLimit & 0xFFFF)) {
            throw idtFault(CpuFault.GP, vector, ext);
        }
        long gate = c.mmu.readSystem(c.idtBase + 8L * vector, 8);
        int type = DescriptorTables.type(gate);
        if (type != 5 && type != 6 && type != 7 && type != 14 && type != 15 || software && DescriptorTables.dpl(gate) < c.cpl) {
            throw idtFault(CpuFault.GP, vector, ext);
        }
        if (!DescriptorTables.present(gate)) {
            throw idtFault(CpuFault.NP, vector, ext);
        }
        int selector = (int) (gate >>> 16) & 0xFFFF;
        if (type == 5) {
            TaskSwitch.byGate(c, selector, hasError, error, ext);
            return;
        }
        long offset = gate & 0xFFFF | (type >= 14 ? gate >>> 32 & 0xFFFF0000L : 0);
        int width = type >= 14 ? 32 : 16;
        long code = codeDescriptor(c, selector, ext);
        int newCpl = DescriptorTables.isConforming(code) ? c.cpl : DescriptorTables.dpl(code);
        if (v86 && newCpl != 0) {
            throw CpuFault.of(CpuFault.GP, selector & 0xFFFC | ext);
        }
        if (offset > SegmentRegister.descriptorLimit(code)) {
            throw CpuFault.of(CpuFault.GP, ext);
        }
        long flags = c.rflags() | (setRf ? Cpu.RF : 0);
        if (newCpl < c.cpl) {
            innerStack(c, selector, code, offset, width, newCpl, hasError, error, flags, v86, ext);
        } else {
            if (v86) {
                throw CpuFault.of(CpuFault.GP, selector & 0xFFFC | ext);
            }
            long sp = c.gpr[Cpu.RSP];
            int bytes = width >> 3;
            long[] frame = {flags, c.seg[Cpu.CS].selector, c.rip, error};
            int count = hasError ? 4 : 3;
            for (int n = 0; n < count; n++) {
                sp = sp - bytes & c.stackMask;
                c.mmu.write(Cpu.SS, sp, width, frame[n]);
            }
            code = DescriptorTables.accessed(c, selector, code);
            c.setSp(sp);
            c.seg[Cpu.CS].load(selector & 0xFFFC | c.cpl, code);
        }
        c.rip = offset;
        c.systemFlags &= ~(Cpu.TF | Cpu.NT | Cpu.RF | Cpu.VM | ((type & 1) == 0 ? Cpu.IF : 0));
    }

    private static long codeDescriptor(Cpu c, int selector, int ext) {
        if (DescriptorTables.isNull(selector)) {
            throw CpuFault.of(CpuFault.GP, ext);
        }
        long code;
        try {
            code = DescriptorTables.read(c, selector, CpuFault.GP);
        } catch (CpuFault fault) {
            throw fault.vector == CpuFault.GP ? CpuFault.of(CpuFault.GP, selector & 0xFFFC | ext) : fault;
        }
        if (!DescriptorTables.isCode(code) || DescriptorTables.dpl(code) > c.cpl) {
            throw CpuFault.of(CpuFault.GP, selector & 0xFFFC | ext);
        }
        if (!DescriptorTables.present(code)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC | ext);
        }
        return code;
    }

    private static void innerStack(Cpu c, int selector, long code, long offset, int width, int newCpl, boolean hasError, int error,
            long flags, boolean v86, int ext) {
        long[] stack = TaskState.stack(c, newCpl, ext);
        int ssSelector = (int) stack[0];
        if (DescriptorTables.isNull(ssSelector)) {
            throw CpuFault.of(CpuFault.TS, ext);
        }
        long ss = DescriptorTables.stackDescriptor(c, ssSelector, newCpl, CpuFault.TS);
        int bytes = width >> 3;
        long mask = DescriptorTables.isBig(ss) ? 0xFFFFFFFFL : 0xFFFFL;
        long base = SegmentRegister.descriptorBase(ss);
        long[] frame = c.frame;
        int n = 0;
        if (v86) {
            frame[n++] = c.seg[Cpu.GS].selector;
            frame[n++] = c.seg[Cpu.FS].selector;
            frame[n++] = c.seg[Cpu.DS].selector;
            frame[n++] = c.seg[Cpu.ES].selector;
        }
        frame[n++] = c.seg[Cpu.SS].selector;
        frame[n++] = c.gpr[Cpu.RSP];
        frame[n++] = flags;
        frame[n++] = c.seg[Cpu.CS].selector;
        frame[n++] = c.rip;
        if (hasError) {
            frame[n++] = error;
        }
        long sp = stack[1] & mask;
        checkStackLimit(ss, ssSelector, sp, n * bytes, mask, ext);
        for (int k = 0; k < n; k++) {
            sp = sp - bytes & mask;
            c.mmu.writeLinear(base + sp & 0xFFFFFFFFL, bytes, frame[k] & -1L >>> 64 - width, false);
        }
        ss = DescriptorTables.accessed(c, ssSelector, ss);
        code = DescriptorTables.accessed(c, selector, code);
        if (v86) {
            for (int index : DescriptorTables.DATA_SEGMENTS) {
                c.seg[index].set(0, 0, 0, SegmentRegister.UNUSABLE);
            }
        }
        c.seg[Cpu.SS].load(ssSelector, ss);
        c.seg[Cpu.CS].load(selector & 0xFFFC | newCpl, code);
        c.gpr[Cpu.RSP] = mask == 0xFFFF ? c.gpr[Cpu.RSP] & ~0xFFFFL | sp : sp;
    }

    private static void checkStackLimit(long ss, int selector, long sp, int bytes, long mask, int ext) {
        long limit = SegmentRegister.descriptorLimit(ss);
        long low = sp - bytes & mask;
        boolean down = (ss >>> 42 & 1) != 0;
        boolean bad = down ? low <= limit : sp != 0 && sp - 1 > limit || sp < bytes && limit != mask;
        if (bad) {
            throw CpuFault.of(CpuFault.SS, selector & 0xFFFC | ext);
        }
    }

    private static void longMode(Cpu c, int vector, boolean software, boolean hasError, int error, boolean setRf, int ext) {
        if (16 * vector + 15 > (c.idtLimit & 0xFFFF)) {
            throw idtFault(CpuFault.GP, vector, ext);
        }
        long gate = c.mmu.readSystem(c.idtBase + 16L * vector, 8);
        long high = c.mmu.readSystem(c.idtBase + 16L * vector + 8, 8);
        int type = DescriptorTables.type(gate);
        if (type != 14 && type != 15 || (high >>> 40 & 0x1F) != 0 || software && DescriptorTables.dpl(gate) < c.cpl) {
            throw idtFault(CpuFault.GP, vector, ext);
        }
        if (!DescriptorTables.present(gate)) {
            throw idtFault(CpuFault.NP, vector, ext);
        }
        int selector = (int) (gate >>> 16) & 0xFFFF;
        long offset = gate & 0xFFFF | gate >>> 32 & 0xFFFF0000L | high << 32;
        long code = codeDescriptor(c, selector, ext);
        if (!DescriptorTables.isLongCode(code) || DescriptorTables.isBig(code)) {
            throw CpuFault.of(CpuFault.GP, selector & 0xFFFC | ext);
        }
        if (!canonical(c, offset)) {
            throw CpuFault.of(CpuFault.GP, ext);
        }
        int newCpl = DescriptorTables.isConforming(code) ? c.cpl : DescriptorTables.dpl(code);
        int ist = (int) (gate >>> 32) & 7;
        long flags = c.rflags() | (setRf ? Cpu.RF : 0);
        boolean inner = newCpl < c.cpl;
        long sp = ist != 0 ? TaskState.field64(c, 0x24 + 8 * (ist - 1), ext)
            : inner ? TaskState.field64(c, 4 + 8 * newCpl, ext) : c.gpr[Cpu.RSP];
        if ((ist != 0 || inner) && !canonical(c, sp)) {
            throw CpuFault.of(CpuFault.SS, ext);
        }
        long oldSp = c.mode == CpuMode.LONG_64 ? c.gpr[Cpu.RSP] : c.gpr[Cpu.RSP] & 0xFFFFFFFFL;
        sp &= -16L;
        long[] frame = {c.seg[Cpu.SS].selector, oldSp, flags, c.seg[Cpu.CS].selector, c.rip, error};
        int count = hasError ? 6 : 5;
        if (!canonical(c, sp - 8L * count)) {
            throw CpuFault.of(CpuFault.SS, ext);
        }
        for (int n = 0; n < count; n++) {
            sp -= 8;
            c.mmu.writeLinear(sp, 8, frame[n], newCpl == 3);
        }
        code = DescriptorTables.accessed(c, selector, code);
        if (inner) {
            c.seg[Cpu.SS].set(newCpl, 0, 0, SegmentRegister.UNUSABLE | newCpl << 5);
        }
        c.seg[Cpu.CS].load(selector & 0xFFFC | newCpl, code);
        c.gpr[Cpu.RSP] = sp;
        c.rip = offset;
        c.systemFlags &= ~(Cpu.TF | Cpu.NT | Cpu.RF | ((type & 1) == 0 ? Cpu.IF : 0));
    }

    private static boolean canonical(Cpu c, long address) {
        int shift = (c.cr4 & 1 << 12) != 0 ? 7 : 16;
        return address << shift >> shift == address;
    }
}
