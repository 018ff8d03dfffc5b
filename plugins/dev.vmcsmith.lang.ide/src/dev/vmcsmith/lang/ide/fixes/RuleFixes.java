// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VpidSetting;
import dev.vmcsmith.lang.ide.contentassist.HvProposals;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.plan.FieldPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Fix;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the VM-entry rules themselves say would make them hold, written into the setup. */
final class RuleFixes {
    private final SetupText text;
    private final Place place;
    private final Supplier<SetupPlan> plan;

    RuleFixes(SetupText text, Place place, Supplier<SetupPlan> plan) {
        this.text = text;
        this.place = place;
        this.plan = plan;
    }

    List<QuickFix> of(String rule) {
        List<QuickFix> fixes = new ArrayList<>();
        Vmcs around = place.around(Vmcs.class);
        VmxCapabilities capabilities = plan.get().machine().cpu().capabilities();
        for (VmcsPlan vmcs : plan.get().vmcses()) {
            if (place.holds(vmcs.origin()) && (around == null || around == vmcs.origin())) {
                for (Violation violation : EntryRules.check(vmcs.view(capabilities), capabilities, GuestMemory.UNKNOWN)) {
                    if (violation.rule().id().equals(rule)) {
                        violation.fixes().forEach(fix -> write(vmcs, fix).ifPresent(edit -> fixes.add(QuickFix.of(fix.label(), edit))));
                    }
                }
            }
        }
        return fixes;
    }

    private Optional<Edit> write(VmcsPlan vmcs, Fix fix) {
        if (fix.control() != null && (vmcs.adjusts(fix.control().field()) || !vmcs.fields().containsKey(fix.field()))) {
            return text.control(vmcs.origin(), fix.control(), fix.control().in(fix.value()));
        }
        FieldPlan set = vmcs.fields().get(fix.field());
        boolean here = set != null && set.explicit() && place.holds(set.origin());
        if (here && set.origin() instanceof VpidSetting vpid) {
            return Optional.of(text.replace(Nodes.region(vpid, HvPackage.Literals.VPID_SETTING__VALUE, 0), Long.toString(fix.value())));
        }
        if (here && !(set.origin() instanceof FieldSetting)) {
            return Optional.empty();
        }
        return text.field(vmcs.origin(), here ? set.origin() : null, fix.field(), fix.value());
    }

    /** A value that is too wide for its field loses the bits that the field has not. */
    List<QuickFix> narrow() {
        FieldSetting setting = place.around(FieldSetting.class);
        VmcsField field = setting == null || setting.getField() == null ? null
                : VmcsField.find(HvProposals.area(setting), setting.getField());
        if (field == null) {
            return List.of();
        }
        return plan.get().vmcses().stream().map(vmcs -> vmcs.fields().get(field))
                .filter(set -> set != null && set.origin() == setting && set.value().known()).findFirst()
                .flatMap(set -> text.field(null, setting, field, field.truncate(set.value().number()))
                        .map(edit -> QuickFix.of("Keep the " + field.width().bits() + " bits that the field has: " + edit.text(), edit)))
                .stream().toList();
    }
}
