// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Evidence;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.Fix;
import java.util.List;

/**
 * A rule that the dump violates.
 *
 * @param message the rule with the values that break it
 * @param shown the values it read, each with its place
 * @param processors the processors that refuse the values; empty when it is every one
 */
public record Finding(EntryRule rule, String message, List<Shown> shown, List<Fix> fixes, List<String> processors) {
    public Finding {
        shown = List.copyOf(shown);
        fixes = List.copyOf(fixes);
        processors = List.copyOf(processors);
    }

    /** A value in words, {@code guest.rflags = 0x00000002}, and the place that shows it. */
    public record Shown(String value, Evidence evidence) {
    }
}
