// SPDX-License-Identifier: EPL-2.0
/**
 * The VMCS view: all fields of the current VMCS by area, with their meaning; changed values stand out.
 * Here live the part, its labels, its filter and its actions.
 * Never here: what a field means; the debug adapter decodes.
 */
package dev.vmcsmith.debug.ui.vmcs;
