// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.GuestState;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;

/** Reads the fields of a {@code vmcs}: those of presets, by name, and by encoding. */
final class VmcsFields {
    private final Planning planning;
    private final VmxCapabilities capabilities;
    private final Map<Ept, EptPlan> epts;
    private final boolean longHost;
    private final VmcsPlan plan;

    VmcsFields(Planning planning, MachinePlan machine, Map<Ept, EptPlan> epts, VmcsPlan plan) {
        this.planning = planning;
        this.capabilities = machine.cpu().capabilities();
        this.longHost = machine.isLongHost();
        this.epts = epts;
        this.plan = plan;
    }

    /** Whether something was said by a VMCS that the one which says it now extends, so that it can be said again. */
    static boolean isInherited(EObject before, EObject now) {
        return before != null && EcoreUtil2.getContainerOfType(before, Vmcs.class) != EcoreUtil2.getContainerOfType(now, Vmcs.class);
    }

    /** A preset of the guest area, and fields over it. */
    void guest(GuestState guest) {
        Presets.Preset preset = Presets.find(guest.getPreset(), longHost);
        if (preset == null) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("guest preset", guest.getPreset(), Presets.names()) + " (known: "
                    + String.join(", ", Presets.names()) + ")", guest, HvPackage.Literals.GUEST_STATE__PRESET);
        } else {
            preset.fields().forEach((field, value) -> plan.set(field, FieldPlan.of(value, guest)));
            preset.symbols().forEach((field, symbol) -> plan.set(field, FieldPlan.image(symbol, guest)));
            preset.entryControls().forEach(bit -> plan.control(ControlField.ENTRY).set(bit, guest));
        }
        guest.getFields().forEach(field -> field(field, FieldArea.GUEST));
    }

    /** A field by its name in an area, or by its number. */
    void field(FieldSetting setting, FieldArea area) {
        if (setting.getEncoding() != null) {
            raw(setting);
            return;
        }
        VmcsField field = setting.getField() == null ? null : VmcsField.find(area, setting.getField());
        if (field == null) {
            if (setting.getField() != null) {
                planning.error(IssueCodes.UNKNOWN_NAME, unknownField(area, setting.getField()), setting,
                        HvPackage.Literals.FIELD_SETTING__FIELD);
            }
            return;
        }
        if (!field.existsOn(capabilities)) {
            planning.error(IssueCodes.FIELD_NOT_AVAILABLE, "this CPU has no field " + field.qualifiedName() + ": it comes with "
                    + String.join(" or ", field.existsWith().stream().map(ControlBit::hvName).toList()), setting,
                    HvPackage.Literals.FIELD_SETTING__FIELD);
        }
        String symbol = symbol(setting.getValue());
        if (symbol != null) {
            set(field, new FieldPlan(Value.UNKNOWN, symbol, setting, true), setting);
            return;
        }
        OptionalLong value = planning.constant(setting.getValue());
        value.ifPresent(number -> checkWidth(field, number, setting));
        set(field, new FieldPlan(value.isPresent() ? Value.of(field.truncate(value.getAsLong())) : Value.UNKNOWN, null, setting, true),
                setting);
    }

    /** The name in the image of what an expression names: the pointer of an EPT, the region of a VMCS; null for numbers. */
    private String symbol(Expression value) {
        if (!(value instanceof Reference reference)) {
            return null;
        }
        return switch (reference.getTarget()) {
            case Ept ept when epts.containsKey(ept) -> ImageSymbols.eptPointer(epts.get(ept));
            case Vmcs other when !other.eIsProxy() -> planning.regionSymbol(other);
            case null, default -> null;
        };
    }

    private void checkWidth(VmcsField field, long number, FieldSetting setting) {
        long extended = field.width() == FieldWidth.W16 ? (short) number : field.width() == FieldWidth.W32 ? (int) number : number;
        if (field.truncate(number) != number && extended != number) {
            planning.error(IssueCodes.VALUE_TOO_WIDE, "0x%X does not fit in the %d bits of %s".formatted(number, field.width().bits(),
                    field.sdmName()), setting, HvPackage.Literals.FIELD_SETTING__VALUE);
        }
    }

    private void raw(FieldSetting setting) {
        OptionalLong encoding = planning.constant(setting.getEncoding());
        OptionalLong value = planning.constant(setting.getValue());
        if (encoding.isEmpty() || value.isEmpty()) {
            return;
        }
        if (encoding.getAsLong() < 0 || encoding.getAsLong() > 0x7FFF) {
            planning.error(IssueCodes.BAD_VALUE, "the encoding of a VMCS field has 15 bits (SDM \"Field Encoding in VMCS\")", setting,
                    HvPackage.Literals.FIELD_SETTING__ENCODING);
            return;
        }
        VmcsField known = VmcsField.byEncoding((int) encoding.getAsLong());
        if (known != null && known.area().readOnly()) {
            planning.error(IssueCodes.BAD_VALUE, known.sdmName() + " can only be read", setting,
                    HvPackage.Literals.FIELD_SETTING__ENCODING);
            return;
        }
        plan.raw().add(new VmcsPlan.Raw((int) encoding.getAsLong(), Value.of(value.getAsLong()), setting));
    }

    /** Gives a field a value that the file names; once in each VMCS of those that extend each other. */
    void set(VmcsField field, FieldPlan value, EObject origin) {
        FieldPlan before = plan.fields().get(field);
        if (before != null && before.explicit() && !isInherited(before.origin(), origin)) {
            planning.error(IssueCodes.DUPLICATE, field.qualifiedName() + " is set above already", origin, null);
        }
        plan.set(field, value);
    }

    private static String unknownField(FieldArea area, String name) {
        for (FieldArea other : FieldArea.values()) {
            if (other != area && VmcsField.find(other, name) != null) {
                return other.readOnly() ? name + " can only be read" : name + " belongs to the " + other.hvName() + " area, not here";
            }
        }
        Map<String, VmcsField> names = new HashMap<>();
        for (int i = 0; i < VmcsField.count(); i++) {
            if (VmcsField.at(i).area() == area) {
                names.put(VmcsField.at(i).hvName(), VmcsField.at(i));
            }
        }
        return Suggestions.unknown(area.hvName() + " field", name, names.keySet());
    }
}
