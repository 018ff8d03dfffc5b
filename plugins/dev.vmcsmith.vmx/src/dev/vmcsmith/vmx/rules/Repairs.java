// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;

/** The usual repairs. */
final class Repairs {
    private Repairs() {
    }

    /** Gives the field this value. */
    static Checks.Repair value(VmcsField field, long value) {
        return context -> List.of(Fix.set(field, value));
    }

    /** Replaces the masked bits of the field. */
    static Checks.Repair replacing(VmcsField field, long mask, long bits) {
        return context -> List.of(Fix.set(field, context.get(field) & ~mask | bits));
    }

    /** Sets bits of the field. */
    static Checks.Repair setting(VmcsField field, long bits) {
        return replacing(field, 0, bits);
    }

    /** Clears bits of the field. */
    static Checks.Repair clearing(VmcsField field, long bits) {
        return replacing(field, bits, 0);
    }

    /** Inverts bits of the field. */
    static Checks.Repair flipping(VmcsField field, long bits) {
        return context -> List.of(Fix.set(field, context.get(field) ^ bits));
    }

    /** Clears a control. */
    static Checks.Repair disable(ControlBit control) {
        return context -> List.of(Fix.disable(control, context.get(control.field().field())));
    }

    /** Sets a control. */
    static Checks.Repair enable(ControlBit control) {
        return context -> List.of(Fix.enable(control, context.get(control.field().field())));
    }

    /** Each of these alone is a repair. */
    static Checks.Repair either(Checks.Repair... repairs) {
        return context -> {
            List<Fix> fixes = new ArrayList<>(repairs.length);
            for (Checks.Repair repair : repairs) {
                fixes.addAll(repair.fixes(context));
            }
            return fixes;
        };
    }
}
