// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

/** A piece of text and what it is. Offsets and lengths count characters. */
public record TextToken(int offset, int length, TextKind kind) {
    public int end() {
        return offset + length;
    }
}
