// SPDX-License-Identifier: EPL-2.0
/**
 * VMX: the current VMCS, the VMX instructions, VM entry, VM exit, and the intercepts of VMX non-root operation.
 * Never here: the entry rules and the meaning of fields (bundle vmx), paging and EPT walks (mmu), event delivery (event).
 */
package dev.vmcsmith.machine.vmx;
