// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import java.util.EnumMap;
import java.util.Map;
import org.eclipse.emf.ecore.EObject;

/** The bits that a setup wants in one control field; the processor's fixed bits are added when the hypervisor runs. */
public final class ControlPlan {
    private final ControlField field;
    private final Map<ControlBit, EObject> set = new EnumMap<>(ControlBit.class);
    private final Map<ControlBit, EObject> cleared = new EnumMap<>(ControlBit.class);
    private EObject group;

    ControlPlan(ControlField field, EObject vmcs) {
        this.field = field;
        this.group = vmcs;
    }

    public ControlField field() {
        return field;
    }

    /** The block of the file that lists the controls, or the VMCS. */
    public EObject origin() {
        return group;
    }

    void origin(EObject block) {
        group = block;
    }

    /** Bits that must be 1. */
    public long ones() {
        return mask(set);
    }

    /** Bits that must be 0. */
    public long zeros() {
        return mask(cleared);
    }

    public boolean has(ControlBit bit) {
        return set.containsKey(bit);
    }

    /** Where the file asks for a bit, null when it does not. */
    public EObject origin(ControlBit bit) {
        return set.getOrDefault(bit, cleared.get(bit));
    }

    void set(ControlBit bit, EObject origin) {
        if (!cleared.containsKey(bit)) {
            set.putIfAbsent(bit, origin);
        }
    }

    void clear(ControlBit bit, EObject origin) {
        cleared.putIfAbsent(bit, origin);
    }

    /** As if the file had not named the bit. */
    void forget(ControlBit bit) {
        set.remove(bit);
        cleared.remove(bit);
    }

    private static long mask(Map<ControlBit, EObject> bits) {
        long mask = 0;
        for (ControlBit bit : bits.keySet()) {
            mask |= bit.mask();
        }
        return mask;
    }
}
