// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.ModelRegisters;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** Saves and loads a processor. After loading, the caller restores VMX and then calls {@code stateChanged}. */
final class CpuState {
    private CpuState() {
    }

    static void exchange(Cpu c, StateBuffer s) {
        s.of(c.gpr);
        c.rip = s.of(c.rip);
        c.flagResult = s.of(c.flagResult);
        c.flagAux = s.of(c.flagAux);
        c.systemFlags = s.of(c.systemFlags);
        for (SegmentRegister segment : c.seg) {
            segment.selector = s.of(segment.selector);
            segment.base = s.of(segment.base);
            segment.limit = s.of(segment.limit);
            segment.rights = s.of(segment.rights);
        }
        c.gdtBase = s.of(c.gdtBase);
        c.gdtLimit = s.of(c.gdtLimit);
        c.idtBase = s.of(c.idtBase);
        c.idtLimit = s.of(c.idtLimit);
        c.cr0 = s.of(c.cr0);
        c.cr2 = s.of(c.cr2);
        c.cr3 = s.of(c.cr3);
        c.cr4 = s.of(c.cr4);
        c.xcr0 = s.of(c.xcr0);
        c.efer = s.of(c.efer);
        s.of(c.pdpte);
        s.of(c.dr);
        models(c.msr, s);
        s.of(c.vector.xmm);
        c.vector.mxcsr = s.of(c.vector.mxcsr);
        fpu(c.fpu, s);
        c.activity = Activity.values()[s.of(c.activity.ordinal())];
        c.shadow = s.of(c.shadow);
        c.shadowExpiring = s.of(c.shadowExpiring);
        c.nmiBlocked = s.of(c.nmiBlocked);
        c.nmiPending = s.of(c.nmiPending);
        c.initPending = s.of(c.initPending);
        c.sipiVector = s.of(c.sipiVector);
        c.pendingDebug = s.of(c.pendingDebug);
        c.monitorArmed = s.of(c.monitorArmed);
        c.instructions = s.of(c.instructions);
        event(c.delivering, s);
        c.attention = s.of(c.attention & ~Attention.BLOCK);
    }

    private static void models(ModelRegisters m, StateBuffer s) {
        m.sysenterCs = s.of(m.sysenterCs);
        m.sysenterEsp = s.of(m.sysenterEsp);
        m.sysenterEip = s.of(m.sysenterEip);
        m.star = s.of(m.star);
        m.lstar = s.of(m.lstar);
        m.cstar = s.of(m.cstar);
        m.fmask = s.of(m.fmask);
        m.kernelGsBase = s.of(m.kernelGsBase);
        m.tscAux = s.of(m.tscAux);
        m.tscOffset = s.of(m.tscOffset);
        m.tscAdjust = s.of(m.tscAdjust);
        m.pat = s.of(m.pat);
        m.debugctl = s.of(m.debugctl);
        m.miscEnable = s.of(m.miscEnable);
        m.powerControl = s.of(m.powerControl);
        m.featureControl = s.of(m.featureControl);
        m.apicBase = s.of(m.apicBase);
        m.biosSignature = s.of(m.biosSignature);
        m.mtrrDefType = s.of(m.mtrrDefType);
        s.of(m.mtrrFixed);
        s.of(m.mtrrVariable);
        m.pkru = s.of(m.pkru);
        m.pkrs = s.of(m.pkrs);
        m.perfGlobalCtrl = s.of(m.perfGlobalCtrl);
        m.umwaitControl = s.of(m.umwaitControl);
        m.xss = s.of(m.xss);
        m.spec = s.of(m.spec);
        m.bndcfgs = s.of(m.bndcfgs);
    }

    private static void fpu(FpuState f, StateBuffer s) {
        s.of(f.significand);
        s.of(f.signExponent);
        f.control = s.of(f.control);
        f.status = s.of(f.status);
        f.inUse = s.of(f.inUse);
        f.opcode = s.of(f.opcode);
        f.instructionPointer = s.of(f.instructionPointer);
        f.instructionSelector = s.of(f.instructionSelector);
        f.dataPointer = s.of(f.dataPointer);
        f.dataSelector = s.of(f.dataSelector);
    }

    private static void event(EventInFlight e, StateBuffer s) {
        e.valid = s.of(e.valid);
        e.type = s.of(e.type);
        e.vector = s.of(e.vector);
        e.hasErrorCode = s.of(e.hasErrorCode);
        e.errorCode = s.of(e.errorCode);
        e.instructionLength = s.of(e.instructionLength);
    }
}
