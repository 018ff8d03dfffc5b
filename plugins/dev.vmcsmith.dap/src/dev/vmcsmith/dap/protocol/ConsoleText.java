// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Output of a port up to the present instant.
 *
 * @param start position of the text's first character, counted in characters since power-on
 * @param text the output from there
 * @param length position at which the text ends: characters sent so far
 * @param instant the present
 */
public record ConsoleText(long start, String text, long length, Instant instant) {
}
