// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.EntryChecks.BrokenRule;
import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryOutcome;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.List;

/** Applies the rules of VM entry to a VMCS that is being looked at or changed. */
final class VmcsRules {
    private final Debuggee debuggee;

    VmcsRules(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** What VM entry would have against the VMCS in a region; null means the processor's current one. */
    EntryChecks check(int cpu, Long address) {
        return debuggee.vmcsCatalog().find(cpu, address).map(this::check).orElseGet(() -> new EntryChecks(null, List.of(), debuggee.now()));
    }

    private EntryChecks check(CurrentVmcs vmcs) {
        List<Violation> violations = EntryRules.check(vmcs.view(), debuggee.capabilities(),
                new MachineMemory(debuggee.machine().memory()));
        EntryOutcome outcome = EntryOutcome.of(violations);
        return new EntryChecks(outcome == null ? null : outcome.text(), violations.stream().map(VmcsRules::broken).toList(),
                debuggee.now());
    }

    private static BrokenRule broken(Violation violation) {
        List<String> fields = violation.rule().reads().stream().sorted().map(VmcsField::qualifiedName).toList();
        return new BrokenRule(violation.rule().id(), violation.message(), fields);
    }

    /** Changes a field and checks the result. */
    EntryChecks set(int cpu, SetVmcsFieldArguments arguments) {
        CurrentVmcs vmcs = debuggee.vmcsCatalog().find(cpu, arguments.vmcs())
                .orElseThrow(() -> new RequestFailure("This processor has no current VMCS."));
        VmcsField field = VmcsField.byEncoding(arguments.encoding());
        if (field == null || !vmcs.view().known(field) || VmcsField.high(arguments.encoding())) {
            throw new RequestFailure(String.format("The VMCS has no field with the encoding 0x%x.", arguments.encoding()));
        }
        if (field.area().readOnly()) {
            throw new RequestFailure(field.sdmName() + " is written by the processor at VM exits only.");
        }
        vmcs.write().accept(field, field.truncate(arguments.value()));
        return check(vmcs);
    }

    /** Physical memory as the rules read it. */
    private record MachineMemory(PhysicalMemory memory) implements GuestMemory {
        @Override
        public boolean known(long physicalAddress, int bytes) {
            return true;
        }

        @Override
        public int read8(long physicalAddress) {
            byte[] one = new byte[1];
            memory.read(physicalAddress, one, 0, 1);
            return one[0] & 0xFF;
        }
    }
}
