// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names that the sources of one run define, shared by all of them. */
final class Names {
    /** A constant: its expression and the address and origin where it was defined, for {@code $} and {@code $$} in it. */
    record Constant(Expr value, long here, long origin) {
    }

    final Map<String, Long> labels = new HashMap<>();
    final Map<String, Constant> constants = new HashMap<>();
    /** Everything defined so far by the parser. */
    final Set<String> defined = new HashSet<>();
}
