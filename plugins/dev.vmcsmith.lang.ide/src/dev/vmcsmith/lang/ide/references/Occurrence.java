// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import org.eclipse.emf.common.util.URI;

/**
 * A place where a name stands.
 *
 * @param definition whether it is the place that defines it
 * @param write      whether a handler changes the value there
 */
public record Occurrence(URI file, int offset, int length, boolean definition, boolean write) {
    public int end() {
        return offset + length;
    }
}
