// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Set;

/** What has to be so before a check applies. */
sealed interface Condition {
    /** 1 when it is so, 0 when it is not, -1 when that is not known. */
    int test(EntryContext context);

    /** Adds the fields that the test may look at. */
    void reads(Set<VmcsField> fields);

    /** The condition as a sentence. */
    String text();

    /** A control is 1 and in force, or is not. */
    record Control(ControlBit bit, boolean wanted) implements Condition {
        @Override
        public int test(EntryContext context) {
            int state = context.test(bit);
            return state < 0 || wanted ? state : 1 - state;
        }

        @Override
        public void reads(Set<VmcsField> fields) {
            addReads(bit, fields);
        }

        @Override
        public String text() {
            return "The " + bit.cited() + " is " + (wanted ? "1." : "0.");
        }
    }

    /** Any of these bits of a field is 1, or none is. */
    record Field(VmcsField field, long mask, boolean wanted) implements Condition {
        @Override
        public int test(EntryContext context) {
            if (!context.known(field)) {
                return -1;
            }
            return (context.vmcs().value(field) & mask) != 0 == wanted ? 1 : 0;
        }

        @Override
        public void reads(Set<VmcsField> fields) {
            fields.add(field);
        }

        @Override
        public String text() {
            if (mask == -1L) {
                return "The field " + field.qualifiedName() + " is " + (wanted ? "not 0." : "0.");
            }
            boolean one = Long.bitCount(mask) == 1;
            return "Of " + field.qualifiedName() + ", " + (one ? "" : wanted ? "any of " : "each of ") + Bits.list(mask) + " is "
                    + (wanted ? "1." : "0.");
        }
    }

    /** A field is not 0. */
    static Condition nonZero(VmcsField field) {
        return new Field(field, -1L, true);
    }

    /** Adds the fields that decide whether a control is in force. */
    static void addReads(ControlBit bit, Set<VmcsField> fields) {
        ControlField field = bit.field();
        fields.add(field.field());
        if (field.activatedBy() != null) {
            addReads(field.activatedBy(), fields);
        }
    }
}
