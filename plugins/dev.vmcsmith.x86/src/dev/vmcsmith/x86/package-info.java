// SPDX-License-Identifier: EPL-2.0
/**
 * Architectural constants and formats: registers, control-register and EFER bits, MSR numbers, vectors, descriptors, paging entries.
 * Names are those of the Intel SDM; numbers are the hardware's own encodings.
 * Never here: behaviour, VMCS fields (see the vmx bundle), instruction encodings (see {@code insn}).
 */
package dev.vmcsmith.x86;
