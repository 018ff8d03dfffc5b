// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.folding;

/**
 * Lines that can be folded; they count from 0.
 *
 * @param first   stays visible
 * @param last    the last one that is hidden
 * @param comment whether they are a comment and no block
 */
public record Fold(int first, int last, boolean comment) {
}
