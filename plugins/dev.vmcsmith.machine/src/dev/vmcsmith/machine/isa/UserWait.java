// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;

/** UMONITOR, UMWAIT and TPAUSE. They wait for nothing, as if a store or an interrupt had come at once. */
final class UserWait {
    private static final int WAITPKG = 5;
    private static final long CR4_TSD = 4;

    private UserWait() {
    }

    static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case UMONITOR -> UserWait::umonitor;
            case UMWAIT -> (c, i) -> await(c, i, Kind.UMWAIT);
            case TPAUSE -> (c, i) -> await(c, i, Kind.TPAUSE);
            default -> null;
        };
    }

    /** One control governs all three instructions. */
    private static void requireUserWait(Cpu c) {
        if (!c.model.has(7, 0, 2, WAITPKG) || !c.intercepts.enabled(c, Kind.TPAUSE)) {
            throw CpuFault.ud();
        }
    }

    private static void umonitor(Cpu c, Insn i) {
        requireUserWait(c);
        int segment = i.decoded.segmentOverride >= 0 ? i.decoded.segmentOverride : Cpu.DS;
        c.mmu.read8(segment, c.gpr[i.decoded.rm] & i.addressMask);
        c.monitorArmed = true;
    }

    private static void await(Cpu c, Insn i, Kind kind) {
        requireUserWait(c);
        if ((c.cr4 & CR4_TSD) != 0 && c.cpl != 0) {
            throw CpuFault.gp();
        }
        if (c.intercepts.instruction(c, kind, i, 0)) {
            return;
        }
        if ((c.gpr(i.decoded.rm, 32) & ~1L) != 0) {
            throw CpuFault.gp();
        }
        c.monitorArmed &= kind == Kind.TPAUSE;
        c.setStatusFlags(0);
    }
}
