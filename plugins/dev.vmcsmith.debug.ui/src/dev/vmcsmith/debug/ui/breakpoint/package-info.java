// SPDX-License-Identifier: EPL-2.0
/**
 * Breakpoints as a user sets them: toggled in editors, described in a dialog, changed on a property page.
 * Here live toggle targets, dialog, page, and Run to Line.
 * Never here: what a breakpoint is.
 */
package dev.vmcsmith.debug.ui.breakpoint;
