// SPDX-License-Identifier: EPL-2.0
/**
 * What executes instructions, and the loop that decides which processor runs and when a run ends.
 * Never here: what an instruction does. The engines below never import each other.
 */
package dev.vmcsmith.machine.engine;
