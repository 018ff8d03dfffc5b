// SPDX-License-Identifier: EPL-2.0
/**
 * The Hypervisor perspective.
 * Here lives its layout.
 * Never here: the views.
 */
package dev.vmcsmith.debug.ui.perspective;
