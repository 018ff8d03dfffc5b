// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.Arrays;

/**
 * A VMCS view with a slot per field: the quick one, for machines and checks. Values are cut to the field's width when they
 * are set. Not thread-safe.
 */
public final class VmcsValues implements VmcsView {
    private final long[] values = new long[VmcsField.count()];
    private final boolean[] known = new boolean[VmcsField.count()];

    /** All fields unknown. */
    public VmcsValues() {
    }

    /** A copy of another view. */
    public VmcsValues(VmcsView other) {
        setAll(other);
    }

    /** All fields known and 0, as in a cleared region of memory. */
    public static VmcsValues zeroed() {
        VmcsValues result = new VmcsValues();
        Arrays.fill(result.known, true);
        return result;
    }

    @Override
    public boolean known(VmcsField field) {
        return known[field.ordinal()];
    }

    @Override
    public long value(VmcsField field) {
        return values[field.ordinal()];
    }

    /** Makes the field known with this value. */
    public VmcsValues set(VmcsField field, long value) {
        values[field.ordinal()] = field.truncate(value);
        known[field.ordinal()] = true;
        return this;
    }

    /** Sets a control bit; the field that holds it becomes known, its other bits unchanged (0 if it was unknown). */
    public VmcsValues set(ControlBit control) {
        VmcsField field = control.field().field();
        return set(field, value(field) | control.mask());
    }

    /** Clears a control bit; the field that holds it becomes known. */
    public VmcsValues clear(ControlBit control) {
        VmcsField field = control.field().field();
        return set(field, value(field) & ~control.mask());
    }

    /** Makes the field unknown. */
    public VmcsValues forget(VmcsField field) {
        values[field.ordinal()] = 0;
        known[field.ordinal()] = false;
        return this;
    }

    /** Takes over every field that the other view knows. */
    public VmcsValues setAll(VmcsView other) {
        for (int i = 0; i < values.length; i++) {
            VmcsField field = VmcsField.at(i);
            if (other.known(field)) {
                set(field, other.value(field));
            }
        }
        return this;
    }
}
