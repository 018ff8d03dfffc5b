// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import java.util.List;

/** What a rule asks of a VMCS. Stateless; allocates nothing while it holds. */
public interface Check {
    /** The answer for the VMCS, capabilities and memory of the context. Never throws. */
    Verdict check(EntryContext context);

    /** What exactly is wrong, once the check is VIOLATED: offending bits, a valid value. May be empty. */
    default String detail(EntryContext context) {
        return "";
    }

    /** Changes that are certain to be right, once the check is VIOLATED. */
    default List<Fix> fixes(EntryContext context) {
        return List.of();
    }

    /** What has to be so before the check applies, one sentence each; empty when it always does. */
    default List<String> appliesWhen() {
        return List.of();
    }

    /** The exit qualification, where it is not the same for every violation of the rule's area. */
    default long qualification(EntryContext context, long usual) {
        return usual;
    }
}
