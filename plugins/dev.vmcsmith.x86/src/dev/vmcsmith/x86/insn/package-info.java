// SPDX-License-Identifier: EPL-2.0
/**
 * The instruction table ({@code instructions.tbl}), its rows as {@link dev.vmcsmith.x86.insn.InstructionForm}, and the decoder built
 * from it.
 * Every fact about an instruction that the decoder, disassembler, assembler, emulator or editor needs is stated once, in its row.
 * Never here: what an instruction does to the machine.
 */
package dev.vmcsmith.x86.insn;
