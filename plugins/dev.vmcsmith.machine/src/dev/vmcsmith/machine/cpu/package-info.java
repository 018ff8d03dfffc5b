// SPDX-License-Identifier: EPL-2.0
/**
 * The state of one logical processor, the throwables that leave an instruction early, and the interfaces through which it sees
 * VMX ({@link dev.vmcsmith.machine.cpu.InterceptPolicy}), the board (Platform) and its profile (CpuModel).
 * Never here: what an instruction does (isa), how events are delivered (event), how VMX answers (vmx).
 */
package dev.vmcsmith.machine.cpu;
