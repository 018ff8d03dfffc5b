// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.outline;

import java.util.List;

/**
 * An element of a setup.
 *
 * @param kind   what it is, in one word of the language: {@code vmcs}, {@code guest code}, {@code on}, …
 * @param label  for people
 * @param offset of the whole element, with its length; the name has its own offset and length
 */
public record OutlineNode(String kind, String label, int offset, int length, int nameOffset, int nameLength, List<OutlineNode> children) {
    public OutlineNode {
        children = List.copyOf(children);
    }
}
