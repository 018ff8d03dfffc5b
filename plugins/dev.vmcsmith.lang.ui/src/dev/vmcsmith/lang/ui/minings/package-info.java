// SPDX-License-Identifier: EPL-2.0
/** Remarks between the words of a setup: final values, sizes, and the VM exits of the last run. */
package dev.vmcsmith.lang.ui.minings;
