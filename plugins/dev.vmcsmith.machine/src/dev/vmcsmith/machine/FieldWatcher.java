// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.StopCondition.FieldWatch;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.List;
import java.util.function.IntFunction;

/** Notices when a watched field of a current VMCS is read or changed. */
final class FieldWatcher {
    private final IntFunction<VmcsView> current;
    private final int cpus;
    private List<FieldWatch> watches = List.of();
    /** Values when they were last looked at, by processor and watch. */
    private long[][] known;

    /** @param current the current VMCS of a processor, null without one */
    FieldWatcher(IntFunction<VmcsView> current, int cpus) {
        this.current = current;
        this.cpus = cpus;
    }

    /** A run begins. */
    void begin(List<FieldWatch> wanted) {
        watches = wanted;
        if (!watches.isEmpty()) {
            known = new long[cpus][watches.size()];
            for (int cpu = 0; cpu < cpus; cpu++) {
                look(cpu);
            }
        }
    }

    private void look(int cpu) {
        VmcsView vmcs = current.apply(cpu);
        for (int i = 0; i < watches.size(); i++) {
            known[cpu][i] = vmcs == null ? 0 : vmcs.value(watches.get(i).field());
        }
    }

    /** The use of a watched field that an instruction made, or null. */
    StopReason.FieldUse executed(VmxOperation operation) {
        if (watches.isEmpty()) {
            return null;
        }
        int cpu = operation.cpu();
        switch (operation.mnemonic()) {
            case "VMPTRLD", "VMCLEAR", "VMXON" -> {
                look(cpu);
                return null;
            }
            case "VMREAD" -> {
                return read(operation);
            }
            default -> {
                return changed(cpu, operation.mnemonic().equals("VMWRITE") && operation.succeeded() ? field(operation) : null);
            }
        }
    }

    private static VmcsField field(VmxOperation operation) {
        return operation.operand() >>> 15 == 0 ? VmcsField.byEncoding((int) operation.operand()) : null;
    }

    private StopReason.FieldUse read(VmxOperation operation) {
        VmcsField field = field(operation);
        for (FieldWatch watch : watches) {
            if (watch.reads() && watch.field() == field && operation.succeeded()) {
                return new StopReason.FieldUse(operation.cpu(), field, false, operation.value(), operation.value());
            }
        }
        return null;
    }

    /**
     * The change of a watched field since the last look, or null.
     *
     * @param written a field that counts as changed in any case, or null
     */
    StopReason.FieldUse changed(int cpu, VmcsField written) {
        VmcsView vmcs = watches.isEmpty() ? null : current.apply(cpu);
        if (vmcs == null) {
            return null;
        }
        StopReason.FieldUse use = null;
        for (int i = 0; i < watches.size(); i++) {
            VmcsField field = watches.get(i).field();
            long before = known[cpu][i];
            long after = vmcs.value(field);
            known[cpu][i] = after;
            if (use == null && watches.get(i).writes() && (before != after || field == written)) {
                use = new StopReason.FieldUse(cpu, field, true, before, after);
            }
        }
        return use;
    }
}
