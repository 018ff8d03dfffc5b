// SPDX-License-Identifier: EPL-2.0
/**
 * What executes instructions, and the loop that decides which processor runs and when a run ends.
 * Never here: what an instruction does. The engines below never import each other.
 *
 * <p>The engines share the blocks of decoded instructions with their operands laid out, how these are found and in what they end
 * ({@link dev.vmcsmith.machine.engine.BlockEngine}), and the semantics that instructions are bound to. An engine may replace any of
 * those by code of its own; it calls the rest. What it must keep, because devices, faults and replay depend on it: {@code Cpu.rip} is
 * the next instruction's address and {@code Cpu.instructions} the exact count whenever semantics that may fault, exit or touch a device
 * are called; after each of these {@code Cpu.attention} is looked at; code that was written is not executed from a cache ({@link
 * dev.vmcsmith.machine.memory.Page#codeVersion}); state is written last, so that a fault restarts cleanly.
 */
package dev.vmcsmith.machine.engine;
