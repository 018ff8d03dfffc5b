// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/**
 * Where the bytes of one statement came from.
 *
 * @param address of the first byte
 * @param length in bytes, at least 1
 * @param line from 1, in the file
 * @param file as given by {@code %line} or by the source; may be null
 * @param code true for an instruction, false for data and padding
 */
public record LineEntry(long address, int length, int line, String file, boolean code) {
}
