// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.xtext.EcoreUtil2;

/** Maps what an EPT leaves out, and gives a VMCS the EPT that it lacks. */
final class MemoryFixes {
    private static final long PAGE = 4096;

    private final SetupText text;
    private final Place place;
    private final Supplier<SetupPlan> plan;

    MemoryFixes(SetupText text, Place place, Supplier<SetupPlan> plan) {
        this.text = text;
        this.place = place;
        this.plan = plan;
    }

    /** The pages of the guest memory at the problem, or the one that a field points into, are mapped to themselves. */
    List<QuickFix> map() {
        Vmcs around = place.around(Vmcs.class);
        VmcsPlan vmcs = plan.get().vmcses().stream().filter(v -> v.origin() == around).findFirst().orElse(plan.get().launched());
        EptPlan ept = vmcs == null ? null : vmcs.ept();
        if (ept == null || !place.holds(ept.origin())) {
            return List.of();
        }
        for (GuestBlock block : plan.get().memory()) {
            if (place.holds(block.origin()) && EcoreUtil2.isAncestor(block.origin(), place.object())) {
                return map(ept, block.address(), Math.max(block.end(), block.address() + 1));
            }
        }
        FieldSetting setting = place.around(FieldSetting.class);
        return vmcs.fields().values().stream().filter(field -> field.origin() == setting && field.value().known()).findFirst()
                .map(FieldPlan::value).map(value -> map(ept, value.number() - 1, value.number())).orElse(List.of());
    }

    private List<QuickFix> map(EptPlan ept, long from, long end) {
        long first = from & -PAGE;
        long last = end + PAGE - 1 & -PAGE;
        Optional<Edit> edit = text.atEnd(ept.origin(), "map " + SetupText.hex(first) + " .. " + SetupText.hex(last) + " -> identity rwx WB");
        return edit.map(e -> QuickFix.of("Map " + SetupText.hex(first) + " to " + SetupText.hex(last - 1) + " in " + ept.name(), e)).stream()
                .toList();
    }

    /** {@code enable-ept} without an EPT. */
    List<QuickFix> missingEpt() {
        Vmcs vmcs = place.around(Vmcs.class);
        if (vmcs == null) {
            return List.of();
        }
        List<QuickFix> fixes = new ArrayList<>();
        List<Ept> epts = place.setup().getElements().stream().filter(Ept.class::isInstance).map(Ept.class::cast)
                .filter(ept -> ept.getName() != null).toList();
        epts.forEach(ept -> text.atEnd(vmcs, "ept " + ept.getName())
                .ifPresent(edit -> fixes.add(QuickFix.of("Use the EPT " + ept.getName(), edit))));
        if (epts.isEmpty() && Nodes.region(vmcs) != null) {
            text.atEnd(vmcs, "ept Identity").ifPresent(edit -> fixes.add(QuickFix.of("Create the EPT Identity",
                    text.element(vmcs, "ept Identity { map 0 .. 16 MiB -> identity rwx WB }\n"), edit)));
        }
        return fixes;
    }
}
