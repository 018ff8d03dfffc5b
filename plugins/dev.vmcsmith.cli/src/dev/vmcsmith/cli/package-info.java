// SPDX-License-Identifier: EPL-2.0
/**
 * The command line: one class per command, and what they print.
 * Here live arguments, exit codes and text for people and scripts.
 * Never here: anything that the language, the machine or the debug adapter could do themselves.
 */
package dev.vmcsmith.cli;
