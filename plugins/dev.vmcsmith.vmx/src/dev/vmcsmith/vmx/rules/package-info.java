// SPDX-License-Identifier: EPL-2.0
/**
 * Every check that VM entry makes, once, under one id, and the preconditions of the VMX instructions.
 * Classes by topic, in the order of the SDM's sections; {@link EntryRules} lists and runs them.
 * Never: what a processor does when a rule fails, beyond naming the outcome.
 */
package dev.vmcsmith.vmx.rules;
