// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.minings;

/**
 * A remark on an element.
 *
 * @param offset of the element that it is about, with its length
 * @param text   one line
 */
public record Mining(int offset, int length, String text) {
}
