// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.ecore.EObject;

/** One VMCS: every field that the setup writes, with its value as far as it is known and the place in the file that decides it. */
public final class VmcsPlan {
    /** Control fields in the order in which they are written; the first decide whether later ones exist. */
    public static final List<ControlField> CONTROL_ORDER = List.of(ControlField.PIN_BASED, ControlField.PRIMARY, ControlField.SECONDARY,
            ControlField.EXIT, ControlField.ENTRY);

    /** A field given by its number. */
    public record Raw(int encoding, Value value, FieldSetting origin) {
    }

    private final Vmcs origin;
    private final Map<VmcsField, FieldPlan> fields = new EnumMap<>(VmcsField.class);
    private final Map<ControlField, ControlPlan> controls = new EnumMap<>(ControlField.class);
    private final List<Raw> raw = new ArrayList<>();
    private byte[] msrBitmap;
    private byte[] ioBitmaps;
    private EptPlan ept;

    VmcsPlan(Vmcs origin) {
        this.origin = origin;
        CONTROL_ORDER.forEach(field -> controls.put(field, new ControlPlan(field, origin)));
    }

    public Vmcs origin() {
        return origin;
    }

    public String name() {
        return origin.getName();
    }

    /** The EPT in force, null when there is none. */
    public EptPlan ept() {
        return ept;
    }

    void ept(EptPlan plan) {
        ept = plan;
    }

    public ControlPlan control(ControlField field) {
        return controls.get(field);
    }

    /** 4 KiB (SDM "MSR-Bitmap Address"): which MSR accesses make a VM exit; null when the setup does not say. */
    public byte[] msrBitmap() {
        return msrBitmap;
    }

    /** 8 KiB (SDM "I/O-Bitmap Addresses"): which ports make a VM exit, bitmap B after A; null when the setup does not say. */
    public byte[] ioBitmaps() {
        return ioBitmaps;
    }

    void msrBitmap(byte[] bits) {
        msrBitmap = bits;
    }

    void ioBitmaps(byte[] bits) {
        ioBitmaps = bits;
    }

    /** Whether the setup asks for a control. */
    public boolean has(ControlBit bit) {
        return controls.get(bit.field()) != null && controls.get(bit.field()).has(bit);
    }

    /** Fields but the adjusted controls, in the order of their encoding. */
    public Map<VmcsField, FieldPlan> fields() {
        return fields;
    }

    public List<Raw> raw() {
        return raw;
    }

    /** Whether a control field is adjusted; false when the file sets the whole field itself. */
    public boolean adjusts(ControlField field) {
        return !fields.containsKey(field.field()) && (field != ControlField.SECONDARY || has(ControlBit.ACTIVATE_SECONDARY_CONTROLS));
    }

    void set(VmcsField field, FieldPlan plan) {
        FieldPlan before = fields.get(field);
        if (before == null || !before.explicit() || plan.explicit()) {
            fields.put(field, plan);
        }
    }

    /** What in the file decides about a field. */
    public EObject origin(VmcsField field) {
        FieldPlan plan = fields.get(field);
        if (plan != null) {
            return plan.origin();
        }
        ControlField control = ControlField.of(field);
        return control != null && controls.containsKey(control) ? controls.get(control).origin() : origin;
    }

    /** The VMCS as a processor with these capabilities gets it, as far as it is known before the run. */
    public VmcsView view(VmxCapabilities capabilities) {
        VmcsValues values = new VmcsValues();
        for (ControlField field : CONTROL_ORDER) {
            if (adjusts(field) && capabilities.known(field)) {
                ControlPlan plan = controls.get(field);
                values.set(field.field(), capabilities.adjust(field, plan.ones()));
            }
        }
        fields.forEach((field, plan) -> {
            if (plan.value().known()) {
                values.set(field, plan.value().number());
            }
        });
        for (Raw field : raw) {
            VmcsField known = VmcsField.byEncoding(field.encoding());
            if (known != null && known.encoding() == field.encoding() && field.value().known()) {
                values.set(known, field.value().number());
            }
        }
        return values;
    }
}
