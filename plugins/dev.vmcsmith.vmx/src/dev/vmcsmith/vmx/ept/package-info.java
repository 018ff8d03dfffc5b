// SPDX-License-Identifier: EPL-2.0
/**
 * The formats of extended page tables: the EPT pointer and the entries of all levels, decoded, encoded, and checked for
 * misconfiguration.
 * Never: a walk through tables in memory; that is the machine's.
 */
package dev.vmcsmith.vmx.ept;
