// SPDX-License-Identifier: EPL-2.0
/**
 * What the platform's Memory view needs to know of address spaces.
 * Here lives the dialog that asks what to monitor.
 * Never here: memory blocks; they are part of the model.
 */
package dev.vmcsmith.debug.ui.memory;
