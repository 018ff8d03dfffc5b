// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.vmx.rules.EntryRule;
import java.util.List;

/**
 * A rule that the text does not decide.
 *
 * @param needs what would decide it: names of VMCS fields and MSRs, or other words
 */
public record Undecided(EntryRule rule, List<String> needs) {
    public Undecided {
        needs = List.copyOf(needs);
    }
}
