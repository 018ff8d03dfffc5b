// SPDX-License-Identifier: EPL-2.0
/**
 * What instructions do, by topic. Each topic binds the operations it knows; the intercept check is the first line of an
 * instruction that VMX can intercept. Never here: decoding, fetching, VMX itself.
 */
package dev.vmcsmith.machine.isa;
