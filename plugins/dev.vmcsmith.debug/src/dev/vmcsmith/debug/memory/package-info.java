// SPDX-License-Identifier: EPL-2.0
/**
 * Memory of a machine in the platform's form: memory blocks over the address spaces.
 * Here lives what the Memory view reads and writes.
 * Never here: renderings, dialogs.
 */
package dev.vmcsmith.debug.memory;
