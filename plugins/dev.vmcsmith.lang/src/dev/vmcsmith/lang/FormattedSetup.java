// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import java.util.List;
import java.util.Optional;

/**
 * A setup before and after formatting.
 *
 * @param text      as it was read
 * @param formatted as it is laid out; empty when it cannot be parsed
 * @param problems  why it cannot be parsed
 */
public record FormattedSetup(String text, Optional<String> formatted, List<Problem> problems) {
    /** Whether formatting changes anything. */
    public boolean differs() {
        return formatted.isPresent() && !formatted.get().equals(text);
    }
}
