// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What generating sources of a setup gave.
 *
 * @param files    contents by name; empty when a problem kept them from being made
 * @param problems everything that is wrong, in the order of the file's lines
 */
public record GeneratedFiles(Map<String, byte[]> files, List<Problem> problems) {
    public GeneratedFiles {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        problems = List.copyOf(problems);
    }
}
