// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.Problem.Severity;
import dev.vmcsmith.lang.hv.ControlSetting;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.EptSetting;
import dev.vmcsmith.lang.hv.ExceptionSet;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VpidSetting;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.Fix;
import dev.vmcsmith.vmx.rules.Violation;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Runs every VM-entry rule on every VMCS and puts each violation where the file decides about the field at fault. */
final class EntryRuleChecks {
    private final Planning planning;

    EntryRuleChecks(Planning planning) {
        this.planning = planning;
    }

    void check(SetupPlan plan) {
        for (VmcsPlan vmcs : plan.vmcses()) {
            for (Violation violation : EntryRules.check(vmcs.view(plan.machine().cpu().capabilities()), plan.machine().cpu().capabilities(),
                    GuestMemory.UNKNOWN)) {
                report(vmcs, violation);
            }
        }
    }

    private void report(VmcsPlan vmcs, Violation violation) {
        EObject origin = origin(vmcs, violation);
        planning.findings().add(new Finding(Severity.ERROR, violation.rule().id(), violation.message(), origin, feature(origin), -1, -1,
                0));
    }

    /** The setting at fault: of a field that a fix names, then of any field that the rule reads; what the file says itself comes first. */
    private static EObject origin(VmcsPlan vmcs, Violation violation) {
        EObject best = null;
        int bestRank = -1;
        for (VmcsField field : violation.rule().reads()) {
            EObject origin = origin(vmcs, field, violation.fixes());
            int rank = rank(origin) * 1000 + (fixed(field, violation.fixes()) ? 500 : 0) + likeness(violation.rule(), field);
            if (rank > bestRank) {
                best = origin;
                bestRank = rank;
            }
        }
        return best == null ? vmcs.origin() : best;
    }

    private static EObject origin(VmcsPlan vmcs, VmcsField field, List<Fix> fixes) {
        ControlField controls = ControlField.of(field);
        for (Fix fix : fixes) {
            ControlBit bit = fix.control();
            EObject setting = bit == null || bit.field() != controls || vmcs.control(controls) == null ? null
                    : vmcs.control(controls).origin(bit);
            if (setting != null) {
                return setting;
            }
        }
        return vmcs.origin(field);
    }

    private static int rank(EObject origin) {
        return switch (origin) {
            case FieldSetting setting -> 3;
            case ControlSetting setting -> 3;
            case VpidSetting setting -> 3;
            case EptSetting setting -> 3;
            case ExceptionSet setting -> 3;
            case GuestState guest -> 2;
            case Controls controls -> 1;
            default -> 0;
        };
    }

    private static boolean fixed(VmcsField field, List<Fix> fixes) {
        return fixes.stream().anyMatch(fix -> fix.field() == field);
    }

    /** How many letters of the field's constant the rule's id begins with: GUEST_CS_AR_TYPE is about GUEST_CS_ACCESS_RIGHTS. */
    private static int likeness(EntryRule rule, VmcsField field) {
        String name = field.name();
        int length = 0;
        while (length < name.length() && length < rule.id().length() && name.charAt(length) == rule.id().charAt(length)) {
            length++;
        }
        return length;
    }

    private static EStructuralFeature feature(EObject origin) {
        return switch (origin) {
            case FieldSetting setting when setting.getValue() != null -> HvPackage.Literals.FIELD_SETTING__VALUE;
            case VpidSetting setting -> HvPackage.Literals.VPID_SETTING__VALUE;
            case ControlSetting setting -> HvPackage.Literals.CONTROL_SETTING__CONTROL;
            case Controls controls -> HvPackage.Literals.CONTROLS__GROUP;
            case GuestState guest when guest.getPreset() != null -> HvPackage.Literals.GUEST_STATE__PRESET;
            case Vmcs vmcs -> HvPackage.Literals.VMCS__NAME;
            default -> null;
        };
    }
}
