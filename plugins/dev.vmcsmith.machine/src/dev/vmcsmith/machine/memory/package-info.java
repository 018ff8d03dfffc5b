// SPDX-License-Identifier: EPL-2.0
/**
 * Physical memory: pages allocated when touched, memory-mapped devices, dirty and code pages.
 * Never here: linear addresses and translation (mmu).
 */
package dev.vmcsmith.machine.memory;
