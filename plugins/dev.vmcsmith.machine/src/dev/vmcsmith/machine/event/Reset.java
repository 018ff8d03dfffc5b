// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.ModelRegisters;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import java.util.Arrays;

/** The states of a processor after power-up, INIT and SIPI (SDM "Processor State After Reset"). */
public final class Reset {
    private Reset() {
    }

    public static void powerUp(Cpu c, Activity activity) {
        c.msr.copyFrom(new ModelRegisters());
        c.nmiPending = c.initPending = c.monitorArmed = false;
        c.sipiVector = -1;
        c.delivering.clear();
        init(c, activity);
        c.cr2 = 0;
        c.fpu.init();
        c.fpu.control = 0x40;
        Arrays.fill(c.vector.xmm, 0);
        c.vector.mxcsr = 0x1F80;
        c.xcr0 = 1;
        c.msr.apicBase = 0xFEE00800L | (c.id == 0 ? 0x100 : 0);
        c.stateChanged();
    }

    /** Enters real-address mode at a far address, as firmware does. */
    public static void realMode(Cpu c, int selector, int offset) {
        SegmentRegister cs = c.seg[Cpu.CS];
        cs.selector = selector;
        cs.base = (long) selector << 4;
        c.rip = offset;
        c.stateChanged();
    }

    /** INIT: MSRs, FPU and vector registers stay. */
    public static void init(Cpu c, Activity activity) {
        Arrays.fill(c.gpr, 0);
        c.gpr[Cpu.RDX] = c.model == null ? 0x600 : c.model.cpuid(1, 0)[0];
        c.rip = 0xFFF0;
        c.setStatusFlags(0);
        c.systemFlags = 0;
        c.cr0 = c.cr0 & 0x60000000L | 0x10;
        c.cr3 = 0;
        c.cr4 = 0;
        c.efer = 0;
        Arrays.fill(c.dr, 0);
        c.dr[7] = 0x400;
        for (int n = 0; n < 6; n++) {
            c.seg[n].set(0, 0, 0xFFFF, 0x93);
        }
        c.seg[Cpu.CS].set(0xF000, 0xFFFF0000L, 0xFFFF, 0x9B);
        c.seg[Cpu.LDTR].set(0, 0, 0xFFFF, 0x82);
        c.seg[Cpu.TR].set(0, 0, 0xFFFF, 0x8B);
        c.gdtBase = c.idtBase = 0;
        c.gdtLimit = c.idtLimit = 0xFFFF;
        c.activity = activity;
        c.shadow = 0;
        c.nmiBlocked = false;
        c.pendingDebug = 0;
        c.attention |= dev.vmcsmith.machine.cpu.Attention.INACTIVE;
        c.stateChanged();
        if (c.mmu != null) {
            c.mmu.flush();
        }
    }

    /** Start-up IPI: real mode at vector * 4 KiB. */
    public static void startUp(Cpu c, int vector) {
        c.activity = Activity.ACTIVE;
        realMode(c, vector << 8, 0);
    }
}
