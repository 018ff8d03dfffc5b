// SPDX-License-Identifier: EPL-2.0
/**
 * What expressions are worth before anything runs, and what the names of registers and VMCS fields in handlers stand for. Emits no code.
 */
package dev.vmcsmith.lang.eval;
