// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.references;

import org.eclipse.core.resources.IFile;

/**
 * A line with a place of the name, for the Search view.
 *
 * @param line       from 1
 * @param definition whether the name is defined there
 */
public record ReferenceLine(IFile file, int line, String text, boolean definition) {
}
