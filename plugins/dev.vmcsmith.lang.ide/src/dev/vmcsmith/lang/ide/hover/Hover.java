// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import dev.vmcsmith.lang.ide.facts.Facts;

/** What is said about a piece of text; offset and length count characters. */
public record Hover(int offset, int length, Facts facts) {
}
