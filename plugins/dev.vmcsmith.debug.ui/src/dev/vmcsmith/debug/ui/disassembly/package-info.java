// SPDX-License-Identifier: EPL-2.0
/**
 * The Disassembly view: instructions of guest or hypervisor with symbols, the next one marked, breakpoints toggled, endless both ways.
 * Here live the part, the listing that grows, its labels and its actions.
 * Never here: decoding; the debug adapter sends text.
 */
package dev.vmcsmith.debug.ui.disassembly;
