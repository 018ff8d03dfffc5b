// SPDX-License-Identifier: EPL-2.0
/**
 * The assembler: Intel-syntax text in, bytes, labels, line map and problems out. Forms come from the instruction table alone.
 * Never here: an instruction list of its own, or object-file formats.
 */
package dev.vmcsmith.x86.asm;
