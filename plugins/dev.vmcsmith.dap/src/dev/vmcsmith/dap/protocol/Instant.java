// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * A moment of the machine's virtual time.
 *
 * @param instructions instructions executed since power-on, by all processors
 * @param exits VM exits so far; also the number of the latest exit, because exits count from 1
 */
public record Instant(long instructions, long exits) {
}
