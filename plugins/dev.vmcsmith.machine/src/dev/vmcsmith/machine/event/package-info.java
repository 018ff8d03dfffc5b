// SPDX-License-Identifier: EPL-2.0
/**
 * Exceptions, interrupts and how they are delivered; what happens between two instructions; task switches.
 * Never here: what raises an interrupt (device), how VMX injects one (vmx).
 */
package dev.vmcsmith.machine.event;
