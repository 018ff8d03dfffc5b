// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.Problem.Severity;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.GuestElf;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
