// SPDX-License-Identifier: EPL-2.0
/**
 * Setups made from VMCS dumps and C sources: the import wizard and the paste action.
 * Never: reading dumps; that is the bundle dumps.
 */
package dev.vmcsmith.lang.ui.imports;
