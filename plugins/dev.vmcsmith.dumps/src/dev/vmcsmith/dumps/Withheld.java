// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.vmx.VmcsField;

/**
 * A field that the text prints, but whose printed value says nothing about VM entry; it counts as unknown.
 *
 * @param value the printed value; 0 when it cannot be read
 */
public record Withheld(VmcsField field, long value, Why why, Evidence evidence) {

    /** Why the value does not count. */
    public enum Why {
        STALE("left over from an earlier VM exit"),
        CONTROL_OFF("its control is 0"),
        CONTRADICTED("printed with different values, as when several processors print at once"),
        UNREADABLE("cut off or not a number that can be worked out"),
        ANOTHER_VALUE("what is printed here is not the field");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        /** Half a sentence. */
        public String text() {
            return text;
        }
    }
}
