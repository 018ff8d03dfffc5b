// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Machine;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.plan.ControlPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Repairs of the lists of controls. */
final class ControlFixes {
    private final SetupText text;
    private final Place place;
    private final Supplier<SetupPlan> plan;
    private final ControlSetting setting;
    private final Controls group;

    ControlFixes(SetupText text, Place place, Supplier<SetupPlan> plan) {
        this.text = text;
        this.place = place;
        this.plan = plan;
        setting = place.around(ControlSetting.class);
        group = place.around(Controls.class);
    }

    /** A control that stands in the list of another field. */
    List<QuickFix> move() {
        Vmcs vmcs = place.around(Vmcs.class);
        if (setting == null || vmcs == null || setting.getControl() == null) {
            return List.of();
        }
        List<QuickFix> fixes = new ArrayList<>();
        for (ControlBit bit : ControlBit.find(setting.getControl())) {
            if (bit.field() != ControlField.find(group.getGroup())) {
                text.control(vmcs, bit, !setting.isCleared()).ifPresent(added -> fixes.add(QuickFix.of("Move to "
                        + bit.field().hvName(), text.removeFromList(Nodes.region(setting)), added)));
            }
        }
        return fixes;
    }

    /** A control that the processor does not have, or that it demands. */
    List<QuickFix> unavailable() {
        if (setting == null || setting.getControl() == null) {
            return List.of();
        }
        List<QuickFix> fixes = new ArrayList<>();
        fixes.add(QuickFix.of("Remove '" + text.of(Nodes.region(setting)) + "'", text.removeFromList(Nodes.region(setting))));
        CpuSetting cpu = place.setup().getElements().stream().filter(Machine.class::isInstance)
                .flatMap(machine -> ((Machine) machine).getSettings().stream()).filter(CpuSetting.class::isInstance)
                .map(CpuSetting.class::cast).findFirst().orElse(null);
        if (cpu != null) {
            CpuProfiles.names().stream().filter(name -> hasAllControls(CpuProfiles.named(name).capabilities())).findFirst()
                    .ifPresent(name -> fixes.add(QuickFix.of("Use the CPU profile \"" + name + "\"",
                            text.replace(Nodes.region(cpu, HvPackage.Literals.CPU_SETTING__PROFILE, 0), '"' + name + '"'))));
        }
        return fixes;
    }

    private boolean hasAllControls(VmxCapabilities capabilities) {
        return plan.get().vmcses().stream().allMatch(vmcs -> VmcsPlan.CONTROL_ORDER.stream().allMatch(field -> {
            ControlPlan wanted = vmcs.control(field);
            return wanted.ones() == 0 && wanted.zeros() == 0 || capabilities.known(field)
                    && (wanted.ones() & ~capabilities.allowed1(field)) == 0 && (wanted.zeros() & capabilities.allowed0(field)) == 0;
        }));
    }

    /** Something that stands in the VMCS already. */
    List<QuickFix> duplicate() {
        if (setting != null) {
            return List.of(QuickFix.of("Remove the second '" + text.of(Nodes.region(setting)) + "'",
                    text.removeFromList(Nodes.region(setting))));
        }
        FieldSetting field = place.around(FieldSetting.class);
        if (field != null) {
            Edit removed = text.remove(Nodes.region(field));
            return List.of(QuickFix.of("Remove the second '" + text.of(Nodes.region(field)) + "'", removed));
        }
        return List.of();
    }
}
