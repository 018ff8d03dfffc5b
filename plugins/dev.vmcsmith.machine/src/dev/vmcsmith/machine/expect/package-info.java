// SPDX-License-Identifier: EPL-2.0
/**
 * Checks a run against the expectations that its image carries.
 * Never here: how expectations are written down (image) or what a run is (machine).
 */
package dev.vmcsmith.machine.expect;
