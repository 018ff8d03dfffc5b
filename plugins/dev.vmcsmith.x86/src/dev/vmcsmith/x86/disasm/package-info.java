// SPDX-License-Identifier: EPL-2.0
/**
 * The disassembler: a decoded instruction as Intel-syntax text that the assembler reads back.
 * Never here: decoding.
 */
package dev.vmcsmith.x86.disasm;
