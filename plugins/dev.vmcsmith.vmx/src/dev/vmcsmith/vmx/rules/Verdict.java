// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

/** The answer of a check. */
public enum Verdict {
    HOLDS, VIOLATED,
    /** Something that the check needs is not known: a field, a capability, a byte of memory. */
    UNKNOWN
}
