// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;

/**
 * A change that makes a violated rule hold.
 *
 * @param label what to do, for a menu
 * @param field the field to change
 * @param value its new value
 * @param control the control bit that the change is about; null when it is not about one
 */
public record Fix(String label, VmcsField field, long value, ControlBit control) {
    /** Gives a field another value. */
    public static Fix set(VmcsField field, long value) {
        return new Fix("Set " + field.qualifiedName() + " to " + field.format(value), field, field.truncate(value), null);
    }

    /** Sets a control bit in a field that now has this value. */
    public static Fix enable(ControlBit control, long current) {
        return new Fix("Set \"" + control.hvName() + "\" in " + control.field().hvName(), control.field().field(),
                current | control.mask(), control);
    }

    /** Clears a control bit in a field that now has this value. */
    public static Fix disable(ControlBit control, long current) {
        return new Fix("Clear \"" + control.hvName() + "\" in " + control.field().hvName(), control.field().field(),
                current & ~control.mask(), control);
    }
}
