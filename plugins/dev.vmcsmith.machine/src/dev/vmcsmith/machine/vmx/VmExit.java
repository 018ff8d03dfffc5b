// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;

/** Takes VM exits (SDM chapter "VM Exits"): records, saves the guest, loads the host. */
final class VmExit {
    /** VMX-abort indicators. */
    static final int ABORT_SAVING_GUEST_MSRS = 1, ABORT_HOST_PDPTES = 2, ABORT_LOADING_HOST_MSRS = 4, ABORT_HOST_ADDRESS_SPACE = 6;

    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;

    VmExit(Vmx vmx) {
        this.vmx = vmx;
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
        this.controls = vmx.controls;
    }

    /** Leaves the guest. */
    void take(ExitInformation exit) {
        exit.record(vmcs, cpu.delivering);
        if (controls.tertiary(Controls.MSR_LIST)) {
            vmcs.set(VmcsField.MSR_DATA, exit.msrData);
        }
        updateEntryFields();
        vmx.intercepts.disarm();
        vmx.guestState.save(exit);
        if (!storeGuestMsrs()) {
            abort(ABORT_SAVING_GUEST_MSRS, "the VM-exit MSR-store area cannot be written");
            return;
        }
        boolean guestLong = cpu.longModeActive();
        if (exit.isNmi()) {
            cpu.nmiBlocked = true;
        }
        if (loadHost(guestLong)) {
            report();
        }
    }

    /**
     * A VM entry fails with a VM exit: only reason and qualification are recorded (SDM "VM-Entry Failures During or After Loading
     * Guest State").
     */
    void entryFailed(int basicReason, long qualification) {
        vmcs.set(VmcsField.EXIT_REASON, ExitReason.ENTRY_FAILURE | basicReason);
        vmcs.set(VmcsField.EXIT_QUALIFICATION, qualification);
        vmx.intercepts.disarm();
        if (loadHost(false)) {
            report();
        }
    }

    private void updateEntryFields() {
        long injected = vmcs.value(VmcsField.ENTRY_INTERRUPTION_INFORMATION);
        if ((injected & 1L << 31) != 0) {
            vmcs.set(VmcsField.ENTRY_INTERRUPTION_INFORMATION, injected & 0x7FFF_FFFFL);
        }
    }

    private boolean storeGuestMsrs() {
        long count = vmcs.value(VmcsField.EXIT_MSR_STORE_COUNT);
        return count == 0 || vmx.msrLists.store(vmcs.value(VmcsField.EXIT_MSR_STORE_ADDRESS), count);
    }

    /** @param guestLong the guest was in IA-32e mode */
    private boolean loadHost(boolean guestLong) {
        if (guestLong && !controls.exit(Controls.HOST_64)) {
            return abort(ABORT_HOST_ADDRESS_SPACE, "the guest is in IA-32e mode and the control \"host address-space size\" is 0");
        }
        vmx.enterRoot();
        vmx.hostState.load();
        cpu.delivering.clear();
        cpu.stateChanged();
        if (!controls.secondary(Controls.VPID)) {
            cpu.mmu.flush();
        }
        boolean pae = (cpu.cr4 & 1 << 5) != 0 && !cpu.longModeActive();
        if (pae && !cpu.mmu.loadPdptes(cpu.cr3)) {
            return abort(ABORT_HOST_PDPTES, "a PDPTE of the host has a reserved bit set");
        }
        long count = vmcs.value(VmcsField.EXIT_MSR_LOAD_COUNT);
        if (count != 0 && vmx.msrLists.load(vmcs.value(VmcsField.EXIT_MSR_LOAD_ADDRESS), count) != 0) {
            return abort(ABORT_LOADING_HOST_MSRS, "the VM-exit MSR-load area cannot be loaded");
        }
        return true;
    }

    /** SDM "VMX Aborts": the indicator goes to the VMCS region, the processor shuts down. */
    private boolean abort(int indicator, String why) {
        vmx.region.store(vmx.currentPointer, vmcs);
        vmx.region.abort(vmx.currentPointer, indicator);
        cpu.platform.shutdown(cpu, "VMX abort " + indicator + ": " + why);
        return false;
    }

    private void report() {
        long number = vmx.host.nextExit();
        MachineObserver observer = vmx.host.observer();
        if (observer != null) {
            observer.onVmExit(new dev.vmcsmith.machine.VmExit(number, cpu.id, vmx.host.instructionCount(), vmx.currentPointer,
                int32(VmcsField.EXIT_REASON), vmcs.value(VmcsField.EXIT_QUALIFICATION), vmcs.value(VmcsField.GUEST_RIP),
                int32(VmcsField.EXIT_INSTRUCTION_LENGTH), vmcs.value(VmcsField.GUEST_LINEAR_ADDRESS),
                vmcs.value(VmcsField.GUEST_PHYSICAL_ADDRESS), int32(VmcsField.EXIT_INTERRUPTION_INFORMATION),
                int32(VmcsField.EXIT_INTERRUPTION_ERROR_CODE), int32(VmcsField.IDT_VECTORING_INFORMATION),
                int32(VmcsField.IDT_VECTORING_ERROR_CODE), int32(VmcsField.EXIT_INSTRUCTION_INFORMATION)));
        }
    }

    private int int32(VmcsField field) {
        return (int) vmcs.value(field);
    }
}
