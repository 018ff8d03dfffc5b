// SPDX-License-Identifier: EPL-2.0
/**
 * DWARF line programs and the little of .debug_info that they need, read (versions 2 to 5) and written (version 4).
 * Types, variables, frames and expressions never live here.
 */
package dev.vmcsmith.image.dwarf;
