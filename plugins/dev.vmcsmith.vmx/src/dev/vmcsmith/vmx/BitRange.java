// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/**
 * A named range of bits in a field.
 *
 * @param low the lowest bit, 0 to 63
 * @param high the highest bit, at least {@code low}
 * @param name the SDM's name, {@code reserved} for bits that must be 0
 */
public record BitRange(int low, int high, String name) {
    /** The range's value, shifted down to bit 0. */
    public long of(long value) {
        int width = high - low + 1;
        return value >>> low & (width == 64 ? -1L : (1L << width) - 1);
    }

    /** The positions as the SDM writes them: {@code 8} or {@code 11:8}. */
    public String bits() {
        return low == high ? Integer.toString(low) : high + ":" + low;
    }
}
