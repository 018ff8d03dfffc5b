// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.WithheldControls;
import java.util.List;

/** Reads the controls of a {@code vmcs}: each known to its field, possible on the processor, and named once. */
final class VmcsControls {
    private final Planning planning;
    private final VmxCapabilities capabilities;
    private final VmcsPlan plan;

    VmcsControls(Planning planning, VmxCapabilities capabilities, VmcsPlan plan) {
        this.planning = planning;
        this.capabilities = capabilities;
        this.plan = plan;
    }

    /** A group of controls that are to be 1 or 0. */
    void read(Controls controls) {
        ControlField field = ControlField.find(controls.getGroup());
        ControlPlan group = plan.control(field);
        group.origin(controls);
        for (ControlSetting setting : controls.getControls()) {
            ControlBit bit = setting.getControl() == null ? null : ControlBit.find(field, setting.getControl());
            if (bit != null) {
                control(group, bit, setting);
            } else if (setting.getControl() != null) {
                planning.error(IssueCodes.UNKNOWN_NAME, unknownControl(field, setting.getControl()), setting,
                        HvPackage.Literals.CONTROL_SETTING__CONTROL);
            }
        }
    }

    private void control(ControlPlan group, ControlBit bit, ControlSetting setting) {
        if (VmcsFields.isInherited(group.origin(bit), setting)) {
            group.forget(bit);
        }
        if (group.origin(bit) != null) {
            planning.error(IssueCodes.DUPLICATE, bit.hvName() + " is named above already", setting,
                    HvPackage.Literals.CONTROL_SETTING__CONTROL);
            return;
        }
        boolean known = capabilities.known(bit.field());
        if (setting.isCleared()) {
            group.clear(bit, setting);
            if (known && capabilities.requires(bit)) {
                unavailable(bit, setting, "must be 1");
            }
        } else {
            group.set(bit, setting);
            if (known && !capabilities.allows(bit)) {
                unavailable(bit, setting, "must be 0");
            }
            String withheld = WithheldControls.reason(bit, capabilities);
            if (withheld != null) {
                planning.warning(IssueCodes.CONTROL_WITHHELD,
                        "%s makes VM entry fail on the bundled machine, which %s".formatted(bit.hvName(),
                        withheld), setting, HvPackage.Literals.CONTROL_SETTING__CONTROL);
            }
        }
    }

    private void unavailable(ControlBit bit, ControlSetting setting, String why) {
        planning.error(IssueCodes.CONTROL_NOT_AVAILABLE, unavailable(capabilities, bit, why), setting,
                HvPackage.Literals.CONTROL_SETTING__CONTROL);
    }

    /** That a control cannot have a value, and which MSR says so. */
    static String unavailable(VmxCapabilities capabilities, ControlBit bit, String why) {
        int msr = capabilities.governingMsr(bit.field());
        return "%s %s on this CPU: MSR 0x%X = 0x%016X (SDM \"VMX Capability Reporting Facility\")".formatted(bit.hvName(), why, msr,
                capabilities.msr(msr));
    }

    private static String unknownControl(ControlField field, String name) {
        List<ControlBit> elsewhere = ControlBit.find(name);
        if (!elsewhere.isEmpty()) {
            return name + " is a control of " + elsewhere.getFirst().field().hvName() + ", not of " + field.hvName();
        }
        return Suggestions.unknown(field.hvName() + " control", name, field.bits().stream().map(ControlBit::hvName).toList());
    }
}
