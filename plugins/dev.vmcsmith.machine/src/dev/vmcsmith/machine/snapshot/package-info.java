// SPDX-License-Identifier: EPL-2.0
/**
 * Snapshots: processors, devices and VMX as numbers, memory as copies of the pages that were written since.
 * Never here: what the state means.
 */
package dev.vmcsmith.machine.snapshot;
