// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryOutcome;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.List;

/** VMLAUNCH and VMRESUME after their checks of mode and privilege (SDM chapter "VM Entries"). */
final class VmEntry {
    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private EntryChecks checks;

    VmEntry(Vmx vmx) {
        this.vmx = vmx;
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
    }

    /** Enters the guest, or fails with VMfail or a VM exit. {@code cpu.rip} is the address of the next instruction. */
    void enter(boolean launch) {
        if (!preconditions(launch) || !checkVmcs(launch)) {
            return;
        }
        vmx.controls.load(vmcs);
        vmx.intercepts.load();
        vmx.enterNonRoot();
        vmx.guestState.load();
        cpu.stateChanged();
        invalidateTranslations();
        loadPdptes();
        if (!loadMsrs()) {
            return;
        }
        vmcs.setLaunched(true);
        MachineObserver observer = vmx.host.observer();
        if (observer != null) {
            observer.onVmEntry(cpu, vmx.currentPointer, launch);
        }
        vmx.intercepts.arm();
        vmx.injection.inject();
    }

    /** SDM "Basic VM-Entry Checks" behind those for mode and privilege. */
    private boolean preconditions(boolean launch) {
        if (vmx.currentPointer == Vmx.NO_VMCS || vmcs.shadow()) {
            return fail(launch, -1);
        }
        if ((cpu.shadow & GuestState.BLOCKED_BY_MOV_SS) != 0) {
            return fail(launch, VmInstructionError.MOV_SS_BLOCKING.number());
        }
        if (launch && vmcs.launched()) {
            return fail(launch, VmInstructionError.VMLAUNCH_NOT_CLEAR.number());
        }
        if (!launch && !vmcs.launched()) {
            return fail(launch, VmInstructionError.VMRESUME_NOT_LAUNCHED.number());
        }
        return true;
    }

    private boolean fail(boolean launch, int error) {
        vmfail(launch, error, List.of());
        return false;
    }

    private void vmfail(boolean launch, int error, List<Violation> violations) {
        vmx.fail(error);
        vmx.report(launch ? "VMLAUNCH" : "VMRESUME", vmx.currentPointer, 0);
        reportFailure(vmx.lastFailure(), violations);
    }

    /** Runs the entry rules: controls and host state fail with VMfailValid, guest state with a VM exit. */
    private boolean checkVmcs(boolean launch) {
        if (checks == null) {
            checks = new EntryChecks(vmx);
        }
        List<Violation> violations = checks.run();
        if (violations.isEmpty()) {
            return true;
        }
        EntryOutcome outcome = EntryOutcome.of(violations);
        if (outcome.vmfail()) {
            vmfail(launch, outcome.number(), violations);
        } else {
            vmx.controls.load(vmcs);
            vmx.exits.entryFailed(outcome.number(), outcome.qualification());
            reportFailure(outcome.text(), violations);
        }
        return false;
    }

    /** Without VPIDs VM entry drops the translations of VPID 0 with every PCID, the hypervisor's among them. */
    private void invalidateTranslations() {
        if (!vmx.controls.secondary(Controls.VPID)) {
            cpu.mmu.flush();
        }
    }

    /** A guest with PAE paging and no EPT has its PDPTEs in memory; the rules have looked at them. */
    private void loadPdptes() {
        if (cpu.pagingEnabled() && (cpu.cr4 & 1 << 5) != 0 && !cpu.longModeActive() && !vmx.controls.secondary(Controls.EPT)) {
            cpu.mmu.loadPdptes(cpu.cr3);
        }
    }

    private boolean loadMsrs() {
        long count = vmcs.value(VmcsField.ENTRY_MSR_LOAD_COUNT);
        if (count == 0) {
            return true;
        }
        int failed = vmx.msrLists.load(vmcs.value(VmcsField.ENTRY_MSR_LOAD_ADDRESS), count);
        if (failed != 0) {
            vmx.exits.entryFailed(ExitReason.ENTRY_FAILURE_MSR_LOADING.number(), failed);
            reportFailure(EntryOutcome.exit(ExitReason.ENTRY_FAILURE_MSR_LOADING.number(), failed).text(), List.of());
        }
        return failed == 0;
    }

    private void reportFailure(String outcome, List<Violation> violations) {
        MachineObserver observer = vmx.host.observer();
        if (observer != null) {
            List<String> texts = violations.stream().map(v -> v.rule().id() + ": " + v.message()).toList();
            observer.onVmEntryFailed(cpu, vmx.currentPointer, outcome, texts);
        }
    }
}
