// SPDX-License-Identifier: EPL-2.0
/**
 * Toggles breakpoints in the editor of a setup.
 * Here live the platform's toggle targets.
 * Never here: what a breakpoint is.
 */
package dev.vmcsmith.debug.ui.breakpoint;
