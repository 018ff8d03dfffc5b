// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * What VM entry would have against a VMCS.
 *
 * @param outcome how VM entry would fail, in one line; null when every rule holds, and when there is no VMCS
 * @param broken the rules that are broken, in the SDM's order
 * @param instant when
 */
public record EntryChecks(String outcome, List<BrokenRule> broken, Instant instant) {

    /**
     * @param ruleId the same as in the editor, on the command line and in the help
     * @param message the rule, the values that break it, and the SDM section's title
     * @param fields names in setups with their areas in front, such as {@code guest.cs.access-rights}
     */
    public record BrokenRule(String ruleId, String message, List<String> fields) {
    }
}
