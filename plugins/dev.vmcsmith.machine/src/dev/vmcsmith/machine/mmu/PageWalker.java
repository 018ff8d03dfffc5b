// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import java.util.ArrayList;
import java.util.List;

/** Explains one translation: the walkers' own code with a trace installed, which has no side effects. */
public final class PageWalker {
    private final Mmu mmu;
    private final Cpu cpu;

    public PageWalker(Mmu mmu) {
        this.mmu = mmu;
        this.cpu = mmu.cpu;
    }

    /** @param access {@link Access}; the privilege is the processor's current one */
    public PageWalk walk(long linear, int access) {
        Recorder recorder = new Recorder();
        return record(recorder, linear, mode(), () -> mmu.walker.translate(linear, access, cpu.cpl == 3, false));
    }

    /** Translates a guest-physical address through EPT only. */
    public PageWalk walkGuestPhysical(long guestPhysical, int access) {
        Recorder recorder = new Recorder();
        recorder.guestPhysical = guestPhysical;
        recorder.finalPart = true;
        return record(recorder, guestPhysical, "none", () -> mmu.walker.eptOn
            ? mmu.ept.translate(guestPhysical, access, 0, false, false, true) : guestPhysical);
    }

    /** The host-physical address for a debugger's look at memory, or -1. */
    public long translate(long linear) {
        return walk(linear, Access.READ).physical();
    }

    private interface Translation {
        long run();
    }

    private PageWalk record(Recorder r, long linear, String mode, Translation translation) {
        mmu.walker.trace(r);
        mmu.ept.trace(r);
        long physical = -1;
        String fault = null;
        try {
            physical = translation.run();
        } catch (CpuFault f) {
            fault = f.getMessage();
        } catch (VmExitSignal exit) {
            fault = exit.reason == EptWalker.MISCONFIGURATION ? "EPT misconfiguration at guest-physical 0x" + Long.toHexString(exit.physical)
                : "EPT violation at guest-physical 0x" + Long.toHexString(exit.physical) + ", qualification 0x" + Long.toHexString(exit.qualification);
        } finally {
            mmu.walker.trace(null);
            mmu.ept.trace(null);
        }
        int shift = mmu.walker.eptOn ? Math.min(r.guestShift, r.eptShift) : r.guestShift;
        return new PageWalk(linear, mode, List.copyOf(r.steps), r.guestPhysical, physical, physical == -1 ? 0 : 1L << shift, r.guestRights,
            mmu.walker.eptOn ? r.eptRights : 7, mmu.walker.eptOn ? r.memoryType : -1, fault);
    }

    private String mode() {
        if (!cpu.pagingEnabled()) {
            return "none";
        }
        if (cpu.longModeActive()) {
            return (cpu.cr4 & 1 << 12) != 0 ? "5-level" : "4-level";
        }
        return (cpu.cr4 & 1 << 5) != 0 ? "PAE" : "32-bit";
    }

    /** Collects the steps. */
    private static final class Recorder implements WalkTrace {
        private final List<PageWalk.Step> steps = new ArrayList<>();
        private long guestPhysical = -1;
        private boolean finalPart;
        private int guestShift = 12;
        private int eptShift = 12;
        private int guestRights = 7;
        private int eptRights;
        private int memoryType = -1;

        @Override
        public void guestEntry(int level, long address, long host, long value, int size) {
            steps.add(new PageWalk.Step(PageWalk.Table.GUEST, level, address, host, value, 0, false));
        }

        @Override
        public void eptEntry(int level, long translating, long address, long value) {
            steps.add(new PageWalk.Step(PageWalk.Table.EPT, level, address, address, value, translating, !finalPart));
        }

        @Override
        public void eptDone(long translated, long host, int pageShift, int rights, int type) {
            if (finalPart) {
                eptShift = pageShift;
                eptRights = rights & 7;
                memoryType = type;
            }
        }

        @Override
        public void guestDone(long translated, int pageShift, int rights) {
            guestPhysical = translated;
            guestShift = pageShift;
            guestRights = rights;
            finalPart = true;
        }
    }
}
