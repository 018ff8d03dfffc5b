// SPDX-License-Identifier: EPL-2.0
/**
 * The VM Exits view: the log of VM exits, the latest selected.
 * Here live the part, its labels and its actions.
 * Never here: decoding; the debug adapter sends words.
 */
package dev.vmcsmith.debug.ui.exits;
