// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;

/** HLT, caches, TLB invalidation, MONITOR, MWAIT, PAUSE, time-stamp counter, random numbers, PKRU, FWAIT, RSM, GETSEC. */
public final class SystemControl {
    private SystemControl() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case HLT -> SystemControl::hlt;
            case INVD -> (c, i) -> cache(c, i, Kind.INVD);
            case WBINVD, WBNOINVD -> (c, i) -> cache(c, i, Kind.WBINVD);
            case INVLPG -> SystemControl::invlpg;
            case INVPCID -> SystemControl::invpcid;
            case PAUSE -> (c, i) -> c.intercepts.instruction(c, Kind.PAUSE, i, 0);
            case MONITOR -> SystemControl::monitor;
            case MWAIT -> SystemControl::mwait;
            case RDTSC -> (c, i) -> rdtsc(c, i, Kind.RDTSC);
            case RDTSCP -> (c, i) -> rdtsc(c, i, Kind.RDTSCP);
            case RDPMC -> SystemControl::rdpmc;
            case RDPID -> SystemControl::rdpid;
            case RDRAND -> (c, i) -> random(c, i, Kind.RDRAND);
            case RDSEED -> (c, i) -> random(c, i, Kind.RDSEED);
            case RDPKRU -> (c, i) -> {
                requirePke(c);
                c.setGpr(Cpu.RAX, 32, c.msr.pkru);
                c.setGpr(Cpu.RDX, 32, 0);
            };
            case WRPKRU -> (c, i) -> {
                requirePke(c);
                if (c.gpr(Cpu.RDX, 32) != 0) {
                    throw CpuFault.gp();
                }
                c.msr.pkru = (int) c.gpr[Cpu.RAX];
                c.stateChanged();
                c.mmu.flush();
            };
            case FWAIT -> (c, i) -> {
                if ((c.cr0 & (ControlRegisters.MP | ControlRegisters.TS)) == (ControlRegisters.MP | ControlRegisters.TS)) {
                    throw CpuFault.of(CpuFault.NM);
                }
                X87.waiting(c);
            };
            case RSM -> (c, i) -> {
                if (!c.intercepts.instruction(c, Kind.RSM, i, 0)) {
                    throw CpuFault.ud();
                }
            };
            case GETSEC -> (c, i) -> {
                if ((c.cr4 & 1 << 14) == 0) {
                    throw CpuFault.ud();
                }
                if (!c.intercepts.instruction(c, Kind.GETSEC, i, 0)) {
                    throw CpuFault.ud();
                }
            };
            default -> null;
        };
    }

    private static void requirePke(Cpu c) {
        if ((c.cr4 & 1 << 22) == 0) {
            throw CpuFault.ud();
        }
        if (c.gpr(Cpu.RCX, 32) != 0) {
            throw CpuFault.gp();
        }
    }

    /** In VMX non-root operation the control "enable RDTSCP" governs RDPID too. */
    private static void rdpid(Cpu c, Insn i) {
        if (!c.intercepts.enabled(c, Kind.RDTSCP)) {
            throw CpuFault.ud();
        }
        c.setRm(i, c.msr.tscAux & 0xFFFFFFFFL);
    }

    private static void hlt(Cpu c, Insn i) {
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, Kind.HLT, i, 0)) {
            return;
        }
        c.activity = Activity.HLT;
        c.attention |= Attention.INACTIVE | Attention.INTERRUPT;
    }

    private static void cache(Cpu c, Insn i, Kind kind) {
        Privilege.ring0(c);
        c.intercepts.instruction(c, kind, i, 0);
    }

    private static void invlpg(Cpu c, Insn i) {
        Privilege.ring0(c);
        long linear = c.ea(i) + c.seg[i.segment].effectiveBase & c.linearMask;
        if (!c.intercepts.instruction(c, Kind.INVLPG, i, linear)) {
            c.mmu.invalidate(linear);
        }
    }

    private static void invpcid(Cpu c, Insn i) {
        if (!c.intercepts.enabled(c, Kind.INVPCID)) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        long at = c.ea(i);
        long linear = at + c.seg[i.segment].effectiveBase & c.linearMask;
        if (c.intercepts.instruction(c, Kind.INVPCID, i, linear)) {
            return;
        }
        long type = c.reg(i) & (c.codeBits == 64 ? -1L : 0xFFFFFFFFL);
        long pcid = c.mmu.read64(i.segment, at);
        long address = c.mmu.read64(i.segment, at + 8 & i.addressMask);
        boolean badPcid = (pcid & ~0xFFFL) != 0 || (c.cr4 & 1 << 17) == 0 && pcid != 0;
        if (type < 0 || type > 3 || type <= 1 && badPcid || type >= 2 && (pcid & ~0xFFFL) != 0
            || type == 0 && c.codeBits == 64 && !Canonical.isForMsr(c, address)) {
            throw CpuFault.gp();
        }
        c.mmu.flush();
    }

    private static void requireMonitorAllowed(Cpu c) {
        if (c.cpl != 0) {
            throw CpuFault.ud();
        }
    }

    private static void monitor(Cpu c, Insn i) {
        requireMonitorAllowed(c);
        if (c.intercepts.instruction(c, Kind.MONITOR, i, 0)) {
            return;
        }
        if (c.gpr(Cpu.RCX, 32) != 0) {
            throw CpuFault.gp();
        }
        c.mmu.read8(i.decoded.segmentOverride >= 0 ? i.decoded.segmentOverride : Cpu.DS, c.gpr[Cpu.RAX] & i.addressMask);
        c.monitorArmed = true;
    }

    /** Waits for nothing: as if a store had come at once. */
    private static void mwait(Cpu c, Insn i) {
        requireMonitorAllowed(c);
        if (c.intercepts.instruction(c, Kind.MWAIT, i, 0)) {
            return;
        }
        if ((c.gpr(Cpu.RCX, 32) & ~1L) != 0) {
            throw CpuFault.gp();
        }
        c.monitorArmed = false;
    }

    private static void rdtsc(Cpu c, Insn i, Kind kind) {
        if (kind == Kind.RDTSCP && !c.intercepts.enabled(c, kind)) {
            throw CpuFault.ud();
        }
        if ((c.cr4 & 4) != 0 && c.cpl != 0) {
            throw CpuFault.gp();
        }
        if (c.intercepts.instruction(c, kind, i, 0)) {
            return;
        }
        long tsc = c.intercepts.tsc(c, hostTsc(c));
        c.setGpr(Cpu.RAX, 32, tsc);
        c.setGpr(Cpu.RDX, 32, tsc >>> 32);
        if (kind == Kind.RDTSCP) {
            c.setGpr(Cpu.RCX, 32, c.msr.tscAux);
        }
    }

    /** The TSC of this processor without VMX offsetting. */
    public static long hostTsc(Cpu c) {
        return c.platform.time() + c.msr.tscOffset;
    }

    private static void rdpmc(Cpu c, Insn i) {
        if (c.cpl != 0 && (c.cr4 & 1 << 8) == 0) {
            throw CpuFault.gp();
        }
        if (c.intercepts.instruction(c, Kind.RDPMC, i, 0)) {
            return;
        }
        throw CpuFault.gp();
    }

    private static void random(Cpu c, Insn i, Kind kind) {
        if (c.intercepts.instruction(c, kind, i, 0)) {
            return;
        }
        c.setRm(i, c.platform.random());
        c.setStatusFlags(Cpu.CF);
    }
}
