// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

/**
 * RCPPS and RSQRTPS: results rounded to 12 significant bits, well within the relative error of 1.5 times 2 to the -12 that the SDM allows.
 * They depend on no bit of MXCSR and raise no exception; denormal operands and results are zeros.
 */
final class Approximations {
    private static final int QUIET = 0x400000, INDEFINITE = 0xFFC00000, INFINITY = 0x7F800000, SIGN = 0x80000000;

    private Approximations() {
    }

    static int reciprocal(int v) {
        int exponent = v & INFINITY;
        if (exponent == 0) {
            return v & SIGN | INFINITY;
        }
        if (exponent == INFINITY) {
            return (v & 0x7FFFFF) != 0 ? v | QUIET : v & SIGN;
        }
        return shortened(1.0 / Float.intBitsToFloat(v));
    }

    static int reciprocalSquareRoot(int v) {
        int exponent = v & INFINITY;
        if (exponent == 0) {
            return v & SIGN | INFINITY;
        }
        if (exponent == INFINITY && (v & 0x7FFFFF) != 0) {
            return v | QUIET;
        }
        if (v < 0) {
            return INDEFINITE;
        }
        return exponent == INFINITY ? 0 : shortened(1.0 / Math.sqrt(Float.intBitsToFloat(v)));
    }

    /** Rounds to 12 significant bits; a denormal result is a zero. */
    private static int shortened(double v) {
        int bits = Float.floatToRawIntBits((float) v);
        bits = (bits + 0x800) & ~0xFFF;
        return (bits & INFINITY) == 0 ? bits & SIGN : bits;
    }
}
