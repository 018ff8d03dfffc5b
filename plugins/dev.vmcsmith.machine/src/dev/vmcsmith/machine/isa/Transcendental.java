// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

/**
 * Exponential, logarithm, arc tangent, sine and cosine of positive finite numbers, with some 120 significant bits, by argument
 * reduction and Taylor series. Results are in {@link #result}; reusable, allocates nothing.
 */
final class Transcendental {
    /** 1/1, 1/3, 1/5 and so on, fixed-point. */
    private static final WideFloat[] ODD_RECIPROCALS = new WideFloat[54];
    private static final WideFloat LN_2 = constant(0xB17217F7D1CF79ABL, 0xC9E3B39803F2F6AFL, -1);
    private static final WideFloat TWO_OVER_LN_2 = constant(0xB8AA3B295C17F0BBL, 0xBE87FED0691D3E88L, 1);
    private static final WideFloat PI = constant(0xC90FDAA22168C234L, 0xC4C6628B80DC1CD1L, 1);
    private static final WideFloat HALF_PI = constant(0xC90FDAA22168C234L, 0xC4C6628B80DC1CD1L, 0);
    private static final WideFloat QUARTER_PI = constant(0xC90FDAA22168C234L, 0xC4C6628B80DC1CD1L, -1);
    /** Tangent of an eighth of pi: the square root of 2, less 1. */
    private static final WideFloat EIGHTH = constant(0xD413CCCFE7799211L, 0x65F626CDD52AFA7CL, -2);
    private static final WideFloat ONE = constant(Long.MIN_VALUE, 0, 0);
    private static final long ROOT_2 = 0xB504F333F9DE6484L;
    /** Pi as the processor has it to reduce arguments: 66 bits, times 2 to the 64. */
    private static final long PI_HIGH = 3, PI_LOW = 0x243F6A8885A308D3L;
    private static final long QUARTER_PI_SIGNIFICAND = 0xC90FDAA22168C234L;
    private static final int EXPONENTIAL_TERMS = 38, LOGARITHM_TERMS = 27, ARC_TERMS = 53, SINE_TERMS = 19;

    static {
        for (int n = 0; n < ODD_RECIPROCALS.length; n++) {
            ODD_RECIPROCALS[n] = constant(Long.MIN_VALUE, 0, 0);
            ODD_RECIPROCALS[n].divideFixed(2 * n + 1);
        }
    }

    final WideFloat result = new WideFloat();
    /** Whether {@link #result} is to be taken as negative. */
    boolean negative;
    /** Whether something too small to show is missing from {@link #result}. */
    boolean inexact;
    private final WideFloat argument = new WideFloat();
    private final WideFloat square = new WideFloat();
    private final WideFloat series = new WideFloat();
    private final WideFloat other = new WideFloat();
    /** Quadrant of the reduced angle, and whether it is to be subtracted. */
    private int quadrant;
    private boolean mirrored;

    private static WideFloat constant(long high, long low, int exponent) {
        WideFloat w = new WideFloat();
        w.high = high;
        w.low = low;
        w.exponent = exponent;
        return w;
    }

    /** The unsigned significand and unbiased exponent of the operand. */
    private void load(long significand, int exponent) {
        argument.set(significand, 0, exponent);
    }

    // --- exponential and logarithm -----------------------------------------------------------------------------------------------------

    /** 2 to the ±x, less 1, for x up to 1; the sign is the argument's. */
    void exponential(long significand, int exponent, boolean minus) {
        load(significand, exponent);
        argument.multiply(LN_2);
        square.copyFrom(argument);
        square.fix();
        series.setFixedOne();
        for (int n = EXPONENTIAL_TERMS; n > 1; n--) {
            series.multiplyFixed(square);
            series.divideFixed(n);
            if (minus) {
                series.subtractFixedFrom(ONE);
            } else {
                series.addFixed(ONE);
            }
        }
        product(argument);
        negative = minus;
    }

    /** Binary logarithm. */
    void logarithm(long significand, int exponent) {
        load(significand, exponent);
        logarithmOfArgument();
    }

    /** Binary logarithm of 1 ± x; 1 - x is positive. */
    void logarithmPlusOne(long significand, int exponent, boolean minus) {
        load(significand, exponent);
        if (exponent > -2) {
            other.copyFrom(argument);
            if (!minus && exponent >= 0) {
                argument.add(ONE);
            } else {
                argument.copyFrom(ONE);
                if (minus) {
                    argument.subtract(other);
                } else {
                    argument.add(other);
                }
            }
            logarithmOfArgument();
            return;
        }
        other.copyFrom(argument);
        other.exponent--;
        other.fix();
        if (minus) {
            other.subtractFixedFrom(ONE);
        } else {
            other.addFixed(ONE);
        }
        other.unfix();
        other.exponent++;
        argument.divide(other);
        areaTangent();
        negative = minus;
    }

    /** log2(x) = k + log2(m) with m between the square roots of 1/2 and 2; log2(m) = 2 / ln 2 * artanh((m - 1) / (m + 1)). */
    private void logarithmOfArgument() {
        int k = argument.exponent;
        argument.exponent = 0;
        boolean below = Long.compareUnsigned(argument.high, ROOT_2) > 0;
        if (below) {
            k++;
            argument.exponent = -1;
            argument.fix();
            other.copyFrom(argument);
            other.addFixed(ONE);
            argument.subtractFixedFrom(ONE);
        } else {
            other.set((argument.high >>> 1) + (1L << 62), argument.low >>> 1 | argument.high << 63, 1);
            argument.high &= Long.MAX_VALUE;
        }
        boolean whole = (argument.high | argument.low) == 0;
        if (!whole) {
            argument.unfix();
            argument.divide(other);
            areaTangent();
        }
        negative = below;
        if (k == 0) {
            if (whole) {
                result.set(0, 0, 0);
            }
            return;
        }
        other.set(Math.abs(k), 0, 63);
        if (whole) {
            result.copyFrom(other);
        } else if (below == k < 0) {
            other.add(result);
            result.copyFrom(other);
        } else {
            other.subtract(result);
            result.copyFrom(other);
        }
        negative = k < 0;
    }

    /** 2 / ln 2 * artanh of the argument. */
    private void areaTangent() {
        square.copyFrom(argument);
        square.multiply(argument);
        square.fix();
        series.copyFrom(ODD_RECIPROCALS[LOGARITHM_TERMS]);
        for (int n = LOGARITHM_TERMS - 1; n >= 0; n--) {
            series.multiplyFixed(square);
            series.addFixed(ODD_RECIPROCALS[n]);
        }
        product(argument);
        result.multiply(TWO_OVER_LN_2);
    }

    /** The result times a number. */
    void times(long significand, int exponent) {
        argument.set(significand, 0, exponent);
        result.multiply(argument);
    }

    private void product(WideFloat factor) {
        series.unfix();
        result.copyFrom(factor);
        result.multiply(series);
    }

    // --- arc tangent -------------------------------------------------------------------------------------------------------------------

    /** So many quarters of pi. */
    void multipleOfPi(int quarters) {
        result.copyFrom(QUARTER_PI);
        if (quarters > 1) {
            result.add(QUARTER_PI);
        }
        if (quarters == 3) {
            result.add(QUARTER_PI);
        } else if (quarters == 4) {
            result.copyFrom(PI);
        }
        negative = false;
        inexact = false;
    }

    /** The angle between 0 and pi of the point (±x, y). */
    void angle(long ySignificand, int yExponent, long xSignificand, int xExponent, boolean left) {
        argument.set(ySignificand, 0, yExponent);
        other.set(xSignificand, 0, xExponent);
        boolean steep = !argument.lessThan(other);
        if (steep) {
            argument.set(xSignificand, 0, xExponent);
            other.set(ySignificand, 0, yExponent);
        }
        argument.divide(other);
        arcTangent();
        negative = false;
        if (!steep && !left) {
            return;
        }
        inexact = false;
        other.copyFrom(steep ? HALF_PI : PI);
        if (steep && left) {
            other.add(result);
        } else {
            other.subtract(result);
        }
        result.copyFrom(other);
    }

    /** Of the argument, which is at most 1. */
    private void arcTangent() {
        boolean reduced = EIGHTH.lessThan(argument);
        if (reduced) {
            argument.fix();
            other.set((argument.high >>> 1) + (1L << 62), argument.low >>> 1 | argument.high << 63, 1);
            argument.subtractFixedFrom(ONE);
            if ((argument.high | argument.low) == 0) {
                inexact = false;
                result.copyFrom(QUARTER_PI);
                return;
            }
            argument.unfix();
            argument.divide(other);
        }
        square.copyFrom(argument);
        square.multiply(argument);
        square.fix();
        series.copyFrom(ODD_RECIPROCALS[ARC_TERMS]);
        for (int n = ARC_TERMS - 1; n >= 0; n--) {
            series.multiplyFixed(square);
            series.subtractFixedFrom(ODD_RECIPROCALS[n]);
        }
        belowOne();
        product(argument);
        if (reduced) {
            inexact = false;
            other.copyFrom(QUARTER_PI);
            other.subtract(result);
            result.copyFrom(other);
        }
    }

    /** A series that is 1 less something too small to show: like the processor, the result is the argument itself, but not exact. */
    private void belowOne() {
        inexact = series.high == Long.MIN_VALUE && series.low == 0;
    }

    // --- sine and cosine ---------------------------------------------------------------------------------------------------------------

    /** Takes a positive angle below 2 to the 63 for {@link #sine}, {@link #cosine} and {@link #tangent}. */
    void reduce(long significand, int exponent) {
        quadrant = 0;
        mirrored = false;
        if (exponent < -1 || exponent == -1 && Long.compareUnsigned(significand, QUARTER_PI_SIGNIFICAND) <= 0) {
            load(significand, exponent);
            return;
        }
        int shift = exponent + 2;
        long high = shift == 64 ? significand : significand >>> 64 - shift;
        long low = shift == 64 ? 0 : significand << shift;
        long restHigh = 0;
        long rest = 0;
        for (int n = 0; n < 128; n++) {
            restHigh = restHigh << 1 | rest >>> 63;
            rest = rest << 1 | high >>> 63;
            high = high << 1 | low >>> 63;
            low <<= 1;
            boolean bit = restHigh > PI_HIGH || restHigh == PI_HIGH && Long.compareUnsigned(rest, PI_LOW) >= 0;
            if (bit) {
                restHigh -= PI_HIGH + (Long.compareUnsigned(rest, PI_LOW) < 0 ? 1 : 0);
                rest -= PI_LOW;
            }
            quadrant = quadrant << 1 & 3 | (bit ? 1 : 0);
        }
        long twiceHigh = restHigh << 1 | rest >>> 63;
        if (twiceHigh > PI_HIGH || twiceHigh == PI_HIGH && Long.compareUnsigned(rest << 1, PI_LOW) > 0) {
            long borrow = Long.compareUnsigned(PI_LOW, rest) < 0 ? 1 : 0;
            rest = PI_LOW - rest;
            restHigh = PI_HIGH - restHigh - borrow;
            quadrant = quadrant + 1 & 3;
            mirrored = true;
        }
        argument.set(restHigh, rest, 62);
    }

    void sine() {
        part((quadrant & 1) != 0);
        negative = quadrant > 1 ^ (mirrored && (quadrant & 1) == 0);
    }

    void cosine() {
        part((quadrant & 1) == 0);
        negative = (quadrant == 1 || quadrant == 2) ^ (mirrored && (quadrant & 1) != 0);
    }

    /** Sine over cosine. */
    void tangent() {
        cosine();
        boolean divisorNegative = negative;
        other.copyFrom(result);
        sine();
        result.divide(other);
        inexact = (argument.high | argument.low) != 0;
        negative ^= divisorNegative;
    }

    /** Sine or cosine of the argument, which is at most a quarter of pi. */
    private void part(boolean cosine) {
        square.copyFrom(argument);
        square.multiply(argument);
        square.fix();
        series.setFixedOne();
        for (int n = SINE_TERMS; n > 0; n--) {
            series.multiplyFixed(square);
            series.divideFixed(cosine ? (2 * n - 1) * 2 * n : 2 * n * (2 * n + 1));
            series.subtractFixedFrom(ONE);
        }
        belowOne();
        if (cosine) {
            series.unfix();
            result.copyFrom(series);
        } else {
            product(argument);
        }
    }
}
