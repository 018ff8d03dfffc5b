// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Which part of a port's output up to the present instant to return.
 *
 * @param port the {@link ConsolePort}; null is {@value ConsolePort#DEFAULT}
 * @param from position of the first character, counted since power-on; what is not held any more is left out
 */
public record ConsoleArguments(String port, long from) {
}
