// SPDX-License-Identifier: EPL-2.0
/**
 * The console of a machine.
 * Here live the colours of its streams and what turns text into something to click.
 * Never here: what is printed.
 */
package dev.vmcsmith.debug.ui.console;
