// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.Set;

/**
 * One check of VM entry.
 *
 * @param id upper-case words, the same in messages, quick fixes, tests and help pages: {@code GUEST_CS_AR_TYPE}
 * @param area decides the outcome of a violation
 * @param sdm title of the SDM section that states the check (volume 3, edition 083 of March 2024 or later)
 * @param reads every field that the check may look at
 * @param check the check itself
 * @param message the rule as one sentence, without values
 */
public record EntryRule(String id, Area area, String sdm, Set<VmcsField> reads, Check check, String message) {
    public EntryRule {
        reads = Set.copyOf(reads);
    }

    /** Runs the check. */
    public Verdict verdict(EntryContext context) {
        context.begin();
        return check.check(context);
    }

    /** The violation with its values, for a context in which the check is VIOLATED. */
    public Violation violation(EntryContext context) {
        context.begin();
        String detail = check.detail(context);
        StringBuilder text = new StringBuilder(message);
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        text.append(" (SDM \"").append(sdm).append("\").");
        List<Fix> fixes = check.fixes(context);
        EntryOutcome usual = area.outcome();
        long qualification = check.qualification(context, usual.qualification());
        EntryOutcome outcome = qualification == usual.qualification() ? usual
                : new EntryOutcome(usual.vmfail(), usual.number(), qualification);
        return new Violation(this, text.toString(), fixes, outcome);
    }

    @Override
    public String toString() {
        return id;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryRule rule && rule.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
