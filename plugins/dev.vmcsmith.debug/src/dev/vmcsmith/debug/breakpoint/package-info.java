// SPDX-License-Identifier: EPL-2.0
/**
 * Breakpoints: what a marker in the workspace holds, and how all of them reach a machine.
 * Here lives everything that survives a session.
 * Never here: how a breakpoint is toggled or drawn.
 */
package dev.vmcsmith.debug.breakpoint;
