// SPDX-License-Identifier: EPL-2.0
/**
 * From linear to host memory: the software TLB, the guest's paging of every mode, EPT, and the page walker that explains one
 * translation. Never here: what the bytes mean, or who handles the fault.
 */
package dev.vmcsmith.machine.mmu;
