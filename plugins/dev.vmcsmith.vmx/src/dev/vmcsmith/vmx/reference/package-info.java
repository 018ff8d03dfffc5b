// SPDX-License-Identifier: EPL-2.0
/**
 * The catalogue and the rules as something to read: one topic for each rule, field, control, exit reason, error and capability
 * MSR, for the help pages and the command line alike.
 * Never: facts of its own; a topic says what the catalogue and the rules say.
 */
package dev.vmcsmith.vmx.reference;
