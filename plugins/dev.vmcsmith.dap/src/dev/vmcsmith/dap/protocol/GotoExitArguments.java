// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Which VM exit to go to.
 *
 * @param number the exit's number in the log, from 1
 */
public record GotoExitArguments(long number) {
}
