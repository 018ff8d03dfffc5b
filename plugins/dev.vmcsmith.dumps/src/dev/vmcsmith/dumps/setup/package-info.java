// SPDX-License-Identifier: EPL-2.0
/**
 * Setups made from dumps, so that the emulator repeats the failure.
 * States in comments what the dump does not show and what it cannot take over.
 * Never: compiling or checking setups.
 */
package dev.vmcsmith.dumps.setup;
