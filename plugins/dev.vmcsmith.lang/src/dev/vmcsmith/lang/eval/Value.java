// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

/**
 * A 64-bit number, or that it is known only when the hypervisor runs.
 *
 * @param known whether {@code number} means anything
 */
public record Value(boolean known, long number) {
    public static final Value UNKNOWN = new Value(false, 0);

    public static Value of(long number) {
        return new Value(true, number);
    }

    static Value of(boolean truth) {
        return of(truth ? 1 : 0);
    }
}
