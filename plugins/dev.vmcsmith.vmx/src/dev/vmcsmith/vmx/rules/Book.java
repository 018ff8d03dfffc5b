// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Writes down the rules of one SDM section. */
final class Book {
    private final List<EntryRule> rules;
    private final Area area;
    private final String sdm;

    /**
     * @param rules takes the finished rules
     * @param sdm title of the section
     */
    Book(List<EntryRule> rules, Area area, String sdm) {
        this.rules = rules;
        this.area = area;
        this.sdm = sdm;
    }

    /** Begins a rule; it is written down when its check is given. */
    Draft rule(String id, String message) {
        return new Draft(id, message);
    }

    /** A rule under construction. */
    final class Draft {
        private final String id;
        private final String message;
        private final Set<VmcsField> reads = EnumSet.noneOf(VmcsField.class);
        private final List<Condition> conditions = new ArrayList<>(2);
        private final List<ControlBit> causes = new ArrayList<>(2);
        private VmcsField[] shown = {};
        private Checks.Say say;
        private Checks.Repair repair;

        private Draft(String id, String message) {
            this.id = id;
            this.message = message;
        }

        /** The fields that the rule is about: it reads them, and a violation shows their values. */
        Draft on(VmcsField... fields) {
            shown = fields;
            return reads(fields);
        }

        /** Further fields that the check may read. */
        Draft reads(VmcsField... fields) {
            for (VmcsField field : fields) {
                reads.add(field);
            }
            return this;
        }

        /** The fields of controls that the check itself asks for. */
        Draft reads(ControlBit... controls) {
            for (ControlBit control : controls) {
                Condition.addReads(control, reads);
            }
            return this;
        }

        /** The rule applies when all of these controls are 1. */
        Draft when(ControlBit... controls) {
            for (ControlBit control : controls) {
                conditions.add(new Condition.Control(control, true));
                causes.add(control);
            }
            return this;
        }

        /** The rule applies when all of these controls are 0. */
        Draft unless(ControlBit... controls) {
            for (ControlBit control : controls) {
                conditions.add(new Condition.Control(control, false));
            }
            return this;
        }

        /** The rule applies when any of these bits of the field is 1. */
        Draft given(VmcsField field, long mask) {
            conditions.add(new Condition.Field(field, mask, true));
            return this;
        }

        /** The rule applies when none of these bits of the field is 1. */
        Draft givenNot(VmcsField field, long mask) {
            conditions.add(new Condition.Field(field, mask, false));
            return this;
        }

        /** More words for a violation. */
        Draft say(Checks.Say words) {
            say = words;
            return this;
        }

        /** Fixes for a violation. */
        Draft repair(Checks.Repair fixes) {
            repair = fixes;
            return this;
        }

        /** Finishes the rule with any test. */
        void holds(Checks.Test test) {
            check(new Checks.Plain(shown, test, say, repair));
        }

        /** Bits of the field that the rule is about have to be 0. */
        void zero(long mask) {
            check(new Checks.Zero(shown[0], context -> mask));
        }

        /** Bits that depend on the capabilities have to be 0. */
        void zero(Checks.Mask mask) {
            check(new Checks.Zero(shown[0], mask));
        }

        /** Bits of the field that the rule is about have to be 1. */
        void ones(long mask) {
            check(new Checks.Ones(shown[0], context -> mask));
        }

        /** Bits that depend on the capabilities have to be 1. */
        void ones(Checks.Mask mask) {
            check(new Checks.Ones(shown[0], mask));
        }

        /** The field that the rule is about may not be 0. */
        void nonZero() {
            VmcsField field = shown[0];
            holds(context -> context.get(field) != 0);
        }

        void physical() {
            check(new Checks.Physical(shown[0]));
        }

        void canonical() {
            check(new Checks.Canonical(shown[0]));
        }

        void pat() {
            check(new Checks.Pat(shown[0]));
        }

        /** Another control has to be 1. */
        void needs(ControlBit control) {
            Condition.addReads(control, reads);
            check(new Checks.Needs(control, List.copyOf(causes)));
        }

        /** Another control has to be 0. */
        void excludes(ControlBit control) {
            Condition.addReads(control, reads);
            check(new Checks.Excludes(control, List.copyOf(causes)));
        }

        /** The field's bits agree with its capability MSR. */
        void allowed(ControlField field, boolean ones) {
            reads.add(field.field());
            check(new Checks.Allowed(field, ones));
        }

        /** Finishes the rule with a check of its own kind. */
        void check(Check check) {
            for (Condition condition : conditions) {
                condition.reads(reads);
            }
            Check whole = conditions.isEmpty() ? check : new Checks.Guarded(conditions.toArray(Condition[]::new), check);
            rules.add(new EntryRule(id, area, sdm, reads, whole, message));
        }
    }
}
