// SPDX-License-Identifier: EPL-2.0
/**
 * The EPT view: what an EPT maps, as merged ranges, and what two EPTs map differently.
 * Here live the part, its rows, its labels and its choosers.
 * Never here: walking tables; the debug adapter sends ranges.
 */
package dev.vmcsmith.debug.ui.ept;
