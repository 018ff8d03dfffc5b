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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.ecore.EObject;

/** One VMCS: every field that the setup writes, with its value as far as it is known and the place in the file that decides it. */
public final class VmcsPlan {
    /** Control fields in the order in which they are written; the first decide whether later ones exist. */
    public static final List<ControlField> CONTROL_ORDER = List.of(ControlField.PIN_BASED, ControlField.PRIMARY, ControlField.SECONDARY,
            ControlField.TERTIARY, ControlField.EXIT, ControlField.SECONDARY_EXIT, ControlField.ENTRY, ControlField.VM_FUNCTIONS);

    /** A field given by its number. */
    public record Raw(int encoding, Value value, FieldSetting origin) {
    }

    private final Vmcs origin;
    private final Map<VmcsField, FieldPlan> fields = new EnumMap<>(VmcsField.class);
    private final Map<ControlField, ControlPlan> controls = new EnumMap<>(ControlField.class);
    private final List<Raw> raw = new ArrayList<>();
    private final Map<String, Area> areas = new LinkedHashMap<>();
    private final String name;
    private final String suffix;
    private EptPlan ept;

    /**
     * Memory that a field points to.
     *
     * @param symbol   its name in the image
     * @param bytes    the content; null for {@code pointers}
     * @param pointers names of things whose addresses, 8 bytes each, are the content
     */
    public record Area(String symbol, byte[] bytes, List<String> pointers) {
        /** Bytes that the area takes. */
        public int size() {
            return bytes == null ? 4096 : bytes.length;
        }
    }

    /** @param suffix of the names of its things in the image: empty for the VMCS that is launched first */
    VmcsPlan(Vmcs origin, String name, String suffix) {
        this.origin = origin;
        this.name = name;
        this.suffix = suffix;
        CONTROL_ORDER.forEach(field -> controls.put(field, new ControlPlan(field, origin)));
    }

    public Vmcs origin() {
        return origin;
    }

    /** A name that no other VMCS of the setup has. */
    public String name() {
        return name;
    }

    /** The name in the image of something that each VMCS has. */
    public String symbol(String kind) {
        return kind + suffix;
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

    /** What its fields point to, by kind ({@link ImageSymbols}). */
    public Map<String, Area> areas() {
        return areas;
    }

    void area(String kind, byte[] bytes) {
        areas.put(kind, new Area(symbol(kind), bytes, List.of()));
    }

    void area(String kind, List<String> pointers) {
        areas.put(kind, new Area(symbol(kind), null, List.copyOf(pointers)));
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
        return !fields.containsKey(field.field()) && (field.activatedBy() == null || has(field.activatedBy()));
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
