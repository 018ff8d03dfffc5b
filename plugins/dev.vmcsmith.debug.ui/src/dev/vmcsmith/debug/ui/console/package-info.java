// SPDX-License-Identifier: EPL-2.0
/**
 * Links in the console of a machine.
 * Here lives what turns text into something to click.
 * Never here: what is printed.
 */
package dev.vmcsmith.debug.ui.console;
