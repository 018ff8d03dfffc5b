// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldMeaning;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The kinds of check that many rules share. */
final class Checks {
    private Checks() {
    }

    /** Whether the VMCS is right; what it reads through the context may turn out to be unknown. */
    interface Test {
        boolean holds(EntryContext context);
    }

    /** More words for a violation. */
    interface Say {
        String words(EntryContext context);
    }

    /** Repairs of a violation. */
    interface Repair {
        List<Fix> fixes(EntryContext context);
    }

    /** A mask that the capabilities decide. */
    interface Mask {
        long of(EntryContext context);
    }

    /** The values of fields: {@code guest.cr0 = 0x00000030, guest.activity-state = 0x00000001 [HLT]}. */
    static String values(EntryContext context, VmcsField... fields) {
        StringBuilder text = new StringBuilder();
        for (VmcsField field : fields) {
            if (context.known(field)) {
                long value = context.vmcs().value(field);
                String meaning = FieldMeaning.brief(field, value);
                text.append(text.isEmpty() ? "" : ", ").append(field.qualifiedName()).append(" = ").append(field.format(value))
                        .append(meaning.isEmpty() ? "" : " [" + meaning + "]");
            }
        }
        return text.toString();
    }

    /** Any test, with the values of the fields it is about. */
    record Plain(VmcsField[] shown, Test test, Say say, Repair repair) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(test.holds(context));
        }

        @Override
        public String detail(EntryContext context) {
            String values = values(context, shown);
            String words = say == null ? "" : say.words(context);
            List<Fix> fixes = fixes(context);
            String valid = fixes.isEmpty() ? "" : fixes.get(0).field().qualifiedName() + " = " + fixes.get(0).field()
                    .format(fixes.get(0).value())
                    + " would be valid";
            return String.join("; ", Stream.of(values, words, valid).filter(text -> !text.isEmpty()).toList());
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            return repair == null ? List.of() : repair.fixes(context);
        }
    }

    /** Bits of a field have to be 0. */
    record Zero(VmcsField field, Mask mask) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict((context.get(field) & mask.of(context)) == 0);
        }

        @Override
        public String detail(EntryContext context) {
            long value = context.get(field);
            long wrong = value & mask.of(context);
            return values(context, field) + " has " + Bits.list(wrong) + " set; " + field.format(value & ~wrong) + " would be valid";
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            return List.of(Fix.set(field, context.get(field) & ~mask.of(context)));
        }
    }

    /** Bits of a field have to be 1. */
    record Ones(VmcsField field, Mask mask) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict((~context.get(field) & mask.of(context)) == 0);
        }

        @Override
        public String detail(EntryContext context) {
            long value = context.get(field);
            long wrong = ~value & mask.of(context);
            return values(context, field) + " has " + Bits.list(wrong) + " clear; " + field.format(value | wrong) + " would be valid";
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            return List.of(Fix.set(field, context.get(field) | mask.of(context)));
        }
    }

    /** A physical address that the processor has. */
    record Physical(VmcsField field) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(context.physical(context.get(field)));
        }

        @Override
        public String detail(EntryContext context) {
            int width = context.capabilities().physicalAddressBits();
            return values(context, field) + " needs more than the " + (width < 0 ? "52 bits that any processor has"
                    : "processor's " + width + " physical-address bits");
        }
    }

    /** A canonical address (or an MSR value that is one). */
    record Canonical(VmcsField field) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(context.canonical(context.get(field)));
        }

        @Override
        public String detail(EntryContext context) {
            return values(context, field) + " is not canonical: bits 63:47 (63:56 with 5-level paging) have to be equal";
        }
    }

    /** Eight memory types. */
    record Pat(VmcsField field) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(isValid(context.get(field)));
        }

        /** Each byte is 0 (UC), 1 (WC), 4 (WT), 5 (WP), 6 (WB) or 7 (UC-). */
        static boolean isValid(long pat) {
            // No bit above 2 in any byte, and bit 1 only together with bit 2 (which leaves out 2 and 3).
            return (pat & 0xF8F8_F8F8_F8F8_F8F8L) == 0 && (pat & 0x0202_0202_0202_0202L & ~(pat >>> 1)) == 0;
        }

        @Override
        public String detail(EntryContext context) {
            long pat = context.get(field);
            for (int i = 0; i < 8; i++) {
                if (!isValid(pat >>> 8 * i & 0xFF)) {
                    return values(context, field) + ": PA" + i + " is " + (pat >>> 8 * i & 0xFF)
                            + ", but has to be 0 (UC), 1 (WC), 4 (WT), 5 (WP), 6 (WB) or 7 (UC-)";
                }
            }
            return values(context, field);
        }
    }

    /** Another control has to be 1. */
    record Needs(ControlBit needed, List<ControlBit> because) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            return context.verdict(context.on(needed));
        }

        @Override
        public String detail(EntryContext context) {
            return values(context, needed.field().field()) + " has " + needed.hvName() + " (bit " + needed.bit() + ") clear"
                    + (needed.in(context.vmcs().value(needed.field().field())) ? ", because the field is not activated" : "");
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            List<Fix> fixes = new ArrayList<>();
            ControlBit activation = needed.field().activatedBy();
            if (activation == null || context.test(activation) > 0) {
                fixes.add(Fix.enable(needed, context.vmcs().value(needed.field().field())));
            }
            for (ControlBit cause : because) {
                fixes.add(Fix.disable(cause, context.vmcs().value(cause.field().field())));
            }
            return fixes;
        }
    }

    /** Another control has to be 0. */
    record Excludes(ControlBit excluded, List<ControlBit> because) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            int state = context.test(excluded);
            return state < 0 ? Verdict.UNKNOWN : state == 0 ? Verdict.HOLDS : Verdict.VIOLATED;
        }

        @Override
        public String detail(EntryContext context) {
            return values(context, excluded.field().field()) + " has " + excluded.hvName() + " (bit " + excluded.bit() + ") set";
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            List<Fix> fixes = new ArrayList<>();
            fixes.add(Fix.disable(excluded, context.vmcs().value(excluded.field().field())));
            for (ControlBit cause : because) {
                fixes.add(Fix.disable(cause, context.vmcs().value(cause.field().field())));
            }
            return fixes;
        }
    }

    /** Bits that the capability MSR wants to be 1 are 1, or bits that it wants to be 0 are 0. */
    record Allowed(ControlField field, boolean ones) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            VmxCapabilities capabilities = context.capabilities();
            if (!capabilities.known(field)) {
                context.miss();
            }
            return context.verdict(wrong(context) == 0);
        }

        private long wrong(EntryContext context) {
            long value = context.get(field.field());
            VmxCapabilities capabilities = context.capabilities();
            return ones ? capabilities.allowed0(field) & ~value : value & ~capabilities.allowed1(field);
        }

        @Override
        public String detail(EntryContext context) {
            long wrong = wrong(context);
            StringBuilder text = new StringBuilder(values(context, field.field())).append(ones ? " has " : " sets ")
                    .append(Bits.list(wrong)).append(ones ? " clear" : "");
            String separator = " (";
            for (ControlBit bit : field.bits()) {
                if (bit.in(wrong)) {
                    text.append(separator).append(bit.hvName());
                    separator = ", ";
                }
            }
            text.append(separator.equals(", ") ? ")" : "").append(", MSR %03XH".formatted(context.capabilities().governingMsr(field)))
                    .append(" = 0x%016X".formatted(context.capabilities().msr(context.capabilities().governingMsr(field))))
                    .append("; ").append(field.field().format(context.capabilities().adjust(field, context.get(field.field()))))
                    .append(" would be valid");
            return text.toString();
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            long value = context.get(field.field());
            return List.of(Fix.set(field.field(), ones ? value | context.capabilities().allowed0(field)
                    : value & context.capabilities().allowed1(field)));
        }
    }

    /** A check that applies under conditions. */
    record Guarded(Condition[] conditions, Check check) implements Check {
        @Override
        public Verdict check(EntryContext context) {
            boolean unknown = false;
            for (Condition condition : conditions) {
                int state = condition.test(context);
                if (state == 0) {
                    return Verdict.HOLDS;
                }
                unknown |= state < 0;
            }
            Verdict verdict = check.check(context);
            return unknown && verdict == Verdict.VIOLATED ? Verdict.UNKNOWN : verdict;
        }

        @Override
        public String detail(EntryContext context) {
            return check.detail(context);
        }

        @Override
        public List<Fix> fixes(EntryContext context) {
            return check.fixes(context);
        }

        @Override
        public List<String> appliesWhen() {
            return Stream.of(conditions).map(Condition::text).toList();
        }

        @Override
        public long qualification(EntryContext context, long usual) {
            return check.qualification(context, usual);
        }
    }
}
