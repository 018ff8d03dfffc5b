// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.Problem.Severity;
import dev.vmcsmith.lang.hv.EptChange;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.GuestElf;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Whether the pieces of guest memory have room, apart from each other, in the machine, and under the EPT. */
final class MemoryChecks {
    private final Planning planning;

    MemoryChecks(Planning planning) {
        this.planning = planning;
    }

    void check(SetupPlan plan) {
        List<GuestBlock> blocks = new ArrayList<>(plan.memory());
        blocks.sort(Comparator.comparingLong(GuestBlock::address));
        GuestBlock before = null;
        for (GuestBlock block : blocks) {
            if (before != null && block.address() < before.end()) {
                planning.error(IssueCodes.MEMORY_OVERLAP, "this overlaps %s, which is at 0x%X to 0x%X".formatted(before.name(),
                        before.address(),
                        before.end() - 1), block.origin(), address(block));
            }
            before = before == null || block.end() > before.end() ? block : before;
            place(plan, block);
        }
        plan.used().forEach(vmcs -> stack(plan, vmcs));
    }

    /** Without paging, what RSP points to is a guest-physical address; the first push goes below it. */
    private void stack(SetupPlan plan, VmcsPlan vmcs) {
        long[] values = new long[3];
        List<VmcsField> fields = List.of(VmcsField.GUEST_RSP, VmcsField.GUEST_SS_BASE, VmcsField.GUEST_CR0);
        for (int i = 0; i < values.length; i++) {
            FieldPlan field = vmcs.fields().get(fields.get(i));
            if (field == null || !field.value().known()) {
                return;
            }
            values[i] = field.value().number();
        }
        if (values[0] == 0 || (values[2] & Cr0.PG) != 0 || vmcs.ept() != null && isBroken(vmcs.ept()) || mapsOnDemand(plan)) {
            return;
        }
        long address = values[0] + values[1] - 1;
        long host = vmcs.ept() == null ? address : vmcs.ept().translate(address);
        if (host == -1 || Long.compareUnsigned(host, plan.machine().config().memoryBytes()) >= 0) {
            EObject origin = vmcs.origin(VmcsField.GUEST_RSP);
            planning.warning(IssueCodes.STACK_NOT_MAPPED, "the stack below 0x%X is in no page that %s: the first push fails".formatted(values[0]
                    + values[1], host == -1 ? "the EPT " + vmcs.ept().name() + " maps" : "the machine has"), origin,
                    origin instanceof FieldSetting ? HvPackage.Literals.FIELD_SETTING__VALUE : null);
        }
    }

    /** Whether a handler maps pages while the guest runs. */
    private static boolean mapsOnDemand(SetupPlan plan) {
        for (ExitHandler handler : plan.handlers()) {
            for (TreeIterator<EObject> all = handler.eAllContents(); all.hasNext();) {
                if (all.next() instanceof EptChange) {
                    return true;
                }
            }
        }
        return false;
    }

    private void place(SetupPlan plan, GuestBlock block) {
        VmcsPlan vmcs = plan.launched();
        EptPlan ept = vmcs == null ? null : vmcs.ept();
        long last = Math.max(block.address(), block.end() - 1);
        if (ept != null && isBroken(ept)) {
            return;
        }
        if (ept != null && (ept.translate(block.address()) == -1 || ept.translate(last) == -1)) {
            planning.warning(IssueCodes.GUEST_NOT_MAPPED, "the EPT " + ept.name() + " does not map this; it is not loaded", block.origin(),
                    address(block));
            return;
        }
        for (long page = block.address() & -4096; ept != null && page < last; page += 4096) {
            if (ept.translate(page) == -1) {
                planning.warning(IssueCodes.GUEST_NOT_MAPPED, "the EPT %s has a hole under this, at 0x%X".formatted(ept.name(), page),
                        block.origin(), address(block));
                return;
            }
        }
        if (ept != null && ept.translate(last) - ept.translate(block.address()) != last - block.address()) {
            planning.error(IssueCodes.MEMORY_RANGE, "the EPT " + ept.name() + " puts the parts of this in different places; split it",
                    block.origin(), address(block));
            return;
        }
        long host = ept == null ? last : ept.translate(last);
        if (Long.compareUnsigned(host, plan.machine().config().memoryBytes()) >= 0) {
            planning.error(IssueCodes.MEMORY_RANGE, "this lies outside of the machine's %d MiB of memory".formatted(
                    plan.machine().config().memoryBytes() >> 20), block.origin(), address(block));
        }
    }

    /** Whether a line of the EPT is wrong, so that nothing is known of what it maps. */
    private boolean isBroken(EptPlan ept) {
        return planning.findings().stream().anyMatch(f -> f.severity() == Severity.ERROR && f.object().eContainer() == ept.origin());
    }

    private static EStructuralFeature address(GuestBlock block) {
        Symbol origin = block.origin();
        return switch (origin) {
            case GuestCode code -> HvPackage.Literals.GUEST_CODE__ADDRESS;
            case GuestData data -> HvPackage.Literals.GUEST_DATA__ADDRESS;
            case GuestElf elf -> HvPackage.Literals.GUEST_ELF__PATH;
            case PageTables tables -> HvPackage.Literals.PAGE_TABLES__ADDRESS;
            default -> HvPackage.Literals.GUEST_FILE__ADDRESS;
        };
    }
}
