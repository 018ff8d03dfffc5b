// SPDX-License-Identifier: EPL-2.0
/** <em>New › Hypervisor Project</em> and <em>New › Setup File</em>. */
package dev.vmcsmith.lang.ui.wizards;
