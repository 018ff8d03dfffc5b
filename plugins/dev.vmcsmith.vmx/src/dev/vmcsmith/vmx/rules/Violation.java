// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import java.util.List;

/**
 * A rule that a VMCS breaks.
 *
 * @param rule the rule
 * @param message the rule in words, the values that break it, and the SDM section's title
 * @param fixes changes that are certain to be right; may be empty
 * @param outcome what VM entry does because of it
 */
public record Violation(EntryRule rule, String message, List<Fix> fixes, EntryOutcome outcome) {
    public Violation {
        fixes = List.copyOf(fixes);
    }
}
