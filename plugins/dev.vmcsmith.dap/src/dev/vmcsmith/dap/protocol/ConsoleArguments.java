// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Which part of the serial output up to the present instant to return.
 *
 * @param from position of the first character, counted since power-on; what is not held any more is left out
 */
public record ConsoleArguments(long from) {
}
