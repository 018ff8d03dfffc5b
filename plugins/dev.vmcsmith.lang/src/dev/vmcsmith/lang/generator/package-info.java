// SPDX-License-Identifier: EPL-2.0
/**
 * Sources and binaries for hypervisors of one's own: C that writes the VMCSs of a setup and builds its EPTs, and the EPTs as files.
 * Never here: what a setup means (plan), or the hypervisor that we make ourselves (compiler).
 */
package dev.vmcsmith.lang.generator;
