// SPDX-License-Identifier: EPL-2.0
/**
 * Launch dialog and shortcuts of a Hypervisor Setup.
 * Here lives how a user describes a launch.
 * Never here: what the attributes mean to a machine.
 */
package dev.vmcsmith.debug.ui.launch;
