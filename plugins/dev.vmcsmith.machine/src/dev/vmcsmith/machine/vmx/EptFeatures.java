// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.SubPageTable;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;

/** What hangs on EPT: the report of its exits, page-modification logging, EPT-violation #VE. */
final class EptFeatures {
    private static final long NMI_UNBLOCKING = 1 << 12;
    private static final long SPP_MISS = 1 << 11;
    private static final int LOG_ENTRIES = 512;
    private static final long LARGE_PAGE = 1 << 7;
    private static final int VE_BUSY = 0xFFFF_FFFF;

    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final PhysicalMemory memory;

    EptFeatures(Vmx vmx) {
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
        memory = vmx.memory;
    }

    /** Adds the addresses of a violation or misconfiguration. */
    void describe(ExitInformation exit, VmExitSignal signal, boolean nmiUnblocked) {
        if (signal.reason == ExitReason.EPT_VIOLATION.number()) {
            exit.physical = signal.physical;
            exit.linear = signal.hasLinear ? signal.linear : 0;
            exit.qualification |= nmiUnblocked ? NMI_UNBLOCKING : 0;
        } else if (signal.reason == ExitReason.SPP_EVENT.number()) {
            exit.physical = signal.physical;
            exit.linear = signal.linear;
            exit.qualification |= nmiUnblocked ? NMI_UNBLOCKING : 0;
        } else if (signal.reason == ExitReason.EPT_MISCONFIGURATION.number()) {
            exit.physical = signal.physical;
        }
    }

    /** SDM "Sub-Page Write Permissions", "SPP-Induced VM Exits". */
    boolean subPageWritable(long guestPhysical, long linear) {
        if (!controls.secondary(Controls.SUB_PAGE_WRITES)) {
            return false;
        }
        SubPageTable.Answer answer = SubPageTable.permission(memory, vmcs.value(VmcsField.SPP_TABLE_POINTER), guestPhysical,
            cpu.model.physicalAddressBits());
        return switch (answer) {
            case WRITABLE -> true;
            case READ_ONLY -> false;
            case MISS -> throw new VmExitSignal(ExitReason.SPP_EVENT.number(), SPP_MISS, true, linear, guestPhysical);
            case MISCONFIGURED -> throw new VmExitSignal(ExitReason.SPP_EVENT.number(), 0, true, linear, guestPhysical);
        };
    }

    /** SDM "Page-Modification Logging": the index counts down and any flag to be set exits when it has left 0..511. */
    void log(long guestPhysical, boolean dirty, boolean nmiUnblocked) {
        if (!controls.secondary(Controls.PML)) {
            return;
        }
        long index = vmcs.value(VmcsField.PML_INDEX);
        if (index >= LOG_ENTRIES) {
            throw new VmExitSignal(ExitReason.PML_FULL.number(), nmiUnblocked ? NMI_UNBLOCKING : 0);
        }
        if (!dirty) {
            return;
        }
        memory.write64(vmcs.value(VmcsField.PML_ADDRESS) + 8 * index, guestPhysical & ~0xFFFL);
        vmcs.set(VmcsField.PML_INDEX, index - 1);
    }

    /**
     * SDM "Virtualization Exceptions": fills the information area and raises #VE, unless the area is in use, paging or
     * protection is off, or an event is being delivered.
     */
    void violation(long qualification, long linear, long physical) {
        if (!controls.secondary(Controls.EPT_VIOLATION_VE) || !cpu.protectedMode() || cpu.delivering.valid) {
            return;
        }
        long area = vmcs.value(VmcsField.VE_INFORMATION_ADDRESS);
        if (memory.read32(area + 4) != 0 || suppressed(physical)) {
            return;
        }
        memory.write32(area, ExitReason.EPT_VIOLATION.number());
        memory.write32(area + 4, VE_BUSY);
        memory.write64(area + 8, qualification);
        memory.write64(area + 16, linear);
        memory.write64(area + 24, physical);
        memory.write(0, area + 32, 2, vmcs.value(VmcsField.EPTP_INDEX));
        throw CpuFault.of(CpuFault.VE);
    }

    /** Bit 63, "suppress #VE", of the entry that ends the translation: the first one not present, or the page's. */
    private boolean suppressed(long guestPhysical) {
        long eptp = cpu.intercepts.eptPointer(cpu);
        long table = Eptp.root(eptp);
        int level = Eptp.walkLength(eptp);
        while (true) {
            long entry = memory.read64(table + ((guestPhysical >>> 12 + 9 * (level - 1) & 0x1FF) << 3));
            boolean leaf = level == 1 || level <= 3 && (entry & LARGE_PAGE) != 0;
            if (!EptEntry.present(entry, controls.secondary(Controls.MODE_BASED_EXECUTE)) || leaf) {
                return entry < 0;
            }
            table = Eptp.root(entry);
            level--;
        }
    }
}
