// SPDX-License-Identifier: EPL-2.0
/**
 * DWARF as far as a debugger of bare-metal programs needs it: line programs, read (versions 2 to 5) and written (version 4), the variables
 * of functions, and call frames. What needs a machine to know it, such as the value of a variable, never lives here.
 */
package dev.vmcsmith.image.dwarf;
