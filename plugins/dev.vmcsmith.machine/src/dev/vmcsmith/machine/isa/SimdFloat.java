// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;

/**
 * Arithmetic on one single (width 32) or double (width 64) lane as MXCSR says: rounding, denormals-are-zeros, flush-to-zero and
 * exceptions (SDM "SSE and SSE2 SIMD Floating-Point Exceptions"). An instruction calls {@link #begin}, then the operations of its
 * lanes, then {@link #end}, and writes its result last. Values are raw bits; the upper half of a single is ignored and comes back 0.
 */
class SimdFloat extends ExtendedConversions {
    private static final int DAZ = 1 << 6, FTZ = 1 << 15;
    private static final int OSXMMEXCPT = 1 << 10;
    /** Smallest exponent field of a double result whose rounding error is itself a normal double. */
    private static final int EXACT_ERROR = 64;

    boolean denormalsAreZeros;
    private boolean flushToZero;
    /** Exceptions before the operation under way. */
    private int noted;
    private int secondSe;
    private long secondSig;

    /** Takes rounding, masks, DAZ and FTZ from MXCSR and clears the exceptions. */
    final void begin(Cpu c) {
        int mxcsr = c.vector.mxcsr;
        flags = 0;
        rounding = mxcsr >> 13 & 3;
        masks = mxcsr >> 7 & 0x3F;
        denormalsAreZeros = (mxcsr & DAZ) != 0;
        flushToZero = (mxcsr & FTZ) != 0;
        denormalSource = false;
    }

    /**
     * Notes the exceptions in MXCSR; an unmasked one is #XM, or #UD when the operating system has not announced a handler for it.
     * With an unmasked exception found before computation, none found after it is noted.
     */
    final void end(Cpu c) {
        if (flags == 0) {
            return;
        }
        int unmasked = flags & ~masks;
        c.vector.mxcsr |= (unmasked & (IE | DE | ZE)) != 0 ? flags & (IE | DE | ZE) : flags;
        if (unmasked != 0) {
            throw (c.cr4 & OSXMMEXCPT) != 0 ? CpuFault.of(CpuFault.XM) : CpuFault.ud();
        }
    }

    // --- kinds of values -------------------------------------------------------------------------------------------------------------

    private static int fractionBits(int width) {
        return width == 32 ? 23 : 52;
    }

    private static int top(int width) {
        return width == 32 ? 0xFF : 0x7FF;
    }

    static int exponentField(long v, int width) {
        return (int) (v >>> fractionBits(width)) & top(width);
    }

    private static long fraction(long v, int width) {
        return v & (1L << fractionBits(width)) - 1;
    }

    static boolean isNaN(long v, int width) {
        return exponentField(v, width) == top(width) && fraction(v, width) != 0;
    }

    static boolean isSignaling(long v, int width) {
        return isNaN(v, width) && (v >>> fractionBits(width) - 1 & 1) == 0;
    }

    static boolean isDenormal(long v, int width) {
        return exponentField(v, width) == 0 && fraction(v, width) != 0;
    }

    static boolean isZero(long v, int width) {
        return v << 64 - width + 1 == 0;
    }

    private static boolean isNegative(long v, int width) {
        return (v >>> width - 1 & 1) != 0;
    }

    static long quiet(long v, int width) {
        return v & -1L >>> 64 - width | 1L << fractionBits(width) - 1;
    }

    /** The operand as the arithmetic sees it: a denormal is a zero of its sign when DAZ is set. */
    final long operand(long v, int width) {
        v &= -1L >>> 64 - width;
        return denormalsAreZeros && isDenormal(v, width) ? v & 1L << width - 1 : v;
    }

    /** The NaN that an operation of a and b gives: the first operand when it is one, else the second; #I for a signaling one. */
    private long nan(long a, long b, int width) {
        if (isSignaling(a, width) || isSignaling(b, width)) {
            flags |= IE;
        }
        return quiet(isNaN(a, width) ? a : b, width);
    }

    final long indefinite(int width) {
        flags |= IE;
        return width == 32 ? 0xFFC00000L : 0xFFF8000000000000L;
    }

    private void load(long v, int width) {
        if (width == 32) {
            fromSingle((int) v);
        } else {
            fromDouble(v);
        }
    }

    /** Loads the operands of an operation, the second one aside. */
    private void load(long a, long b, int width) {
        load(b, width);
        secondSe = se;
        secondSig = sig;
        load(a, width);
        denormalSource = false;
    }

    // --- arithmetic ------------------------------------------------------------------------------------------------------------------

    /** Operands and result in the middle of the range, rounding to nearest: the processor below does it, and only #P can follow. */
    private boolean ordinary(long a, long b, int width) {
        if (rounding != 0) {
            return false;
        }
        int ea = exponentField(a, width);
        int eb = exponentField(b, width);
        int top = top(width);
        return ea != 0 && eb != 0 && ea != top && eb != top;
    }

    private static boolean ordinary(long result, int width) {
        int e = exponentField(result, width);
        return width == 32 ? e > 1 && e != 0xFF : e > EXACT_ERROR && e != 0x7FF;
    }

    private static double value(long v, int width) {
        return width == 32 ? Float.intBitsToFloat((int) v) : Double.longBitsToDouble(v);
    }

    private static long bits(double v, int width) {
        return width == 32 ? Float.floatToRawIntBits((float) v) & 0xFFFFFFFFL : Double.doubleToRawLongBits(v);
    }

    final long add(long a, long b, int width) {
        if (ordinary(a, b, width)) {
            double x = value(a, width);
            double y = value(b, width);
            double sum = x + y;
            long r = bits(sum, width);
            if (ordinary(r, width)) {
                double t = sum - x;
                flags |= x - (sum - t) + (y - t) != 0 || width == 32 && (float) sum != sum ? PE : 0;
                return r;
            }
        }
        return sum(operand(a, width), operand(b, width), width, 0);
    }

    /** a - b. The sign of a NaN stays. */
    final long subtract(long a, long b, int width) {
        if (ordinary(a, b, width)) {
            return add(a, b ^ 1L << width - 1, width);
        }
        return sum(operand(a, width), operand(b, width), width, 1L << width - 1);
    }

    private long sum(long a, long b, int width, long flip) {
        if (isNaN(a, width) || isNaN(b, width)) {
            return nan(a, b, width);
        }
        b ^= flip;
        boolean opposite = isNegative(a, width) != isNegative(b, width);
        if (opposite && exponentField(a, width) == top(width) && exponentField(b, width) == top(width)) {
            return indefinite(width);
        }
        int mode = prepare(a, b, width);
        load(a, b, width);
        add(se, sig, secondSe, secondSig);
        if (sig == 0 && (se & MAX) == 0 && opposite) {
            se = mode == 1 ? 0x8000 : 0;
        }
        return finish(mode, width);
    }

    final long multiply(long a, long b, int width) {
        if (ordinary(a, b, width)) {
            double x = value(a, width);
            double y = value(b, width);
            double product = x * y;
            long r = bits(product, width);
            if (ordinary(r, width)) {
                flags |= (width == 32 ? (float) product != product : Math.fma(x, y, -product) != 0) ? PE : 0;
                return r;
            }
        }
        a = operand(a, width);
        b = operand(b, width);
        if (isNaN(a, width) || isNaN(b, width)) {
            return nan(a, b, width);
        }
        boolean infinite = exponentField(a, width) == top(width) || exponentField(b, width) == top(width);
        if (infinite && (isZero(a, width) || isZero(b, width))) {
            return indefinite(width);
        }
        int mode = prepare(a, b, width);
        load(a, b, width);
        multiply(se, sig, secondSe, secondSig);
        return finish(mode, width);
    }

    /** a / b. */
    final long divide(long a, long b, int width) {
        if (ordinary(a, b, width) && (width == 32 || exponentField(a, width) > EXACT_ERROR)) {
            double x = value(a, width);
            double y = value(b, width);
            double quotient = x / y;
            long r = bits(quotient, width);
            if (ordinary(r, width)) {
                double q = value(r, width);
                flags |= (width == 32 ? q * y != x : Math.fma(-q, y, x) != 0) ? PE : 0;
                return r;
            }
        }
        a = operand(a, width);
        b = operand(b, width);
        if (isNaN(a, width) || isNaN(b, width)) {
            return nan(a, b, width);
        }
        boolean aInfinite = exponentField(a, width) == top(width);
        if (aInfinite && exponentField(b, width) == top(width) || isZero(a, width) && isZero(b, width)) {
            return indefinite(width);
        }
        int mode = isZero(b, width) && !aInfinite ? prepare(b, b, width) : prepare(a, b, width);
        load(a, b, width);
        divide(se, sig, secondSe, secondSig);
        return finish(mode, width);
    }

    final long squareRoot(long v, int width) {
        if (ordinary(v, v, width) && !isNegative(v, width) && (width == 32 || exponentField(v, width) > EXACT_ERROR)) {
            double x = value(v, width);
            long r = bits(Math.sqrt(x), width);
            double root = value(r, width);
            flags |= (width == 32 ? root * root != x : Math.fma(-root, root, x) != 0) ? PE : 0;
            return r;
        }
        v = operand(v, width);
        if (isNaN(v, width)) {
            return nan(v, v, width);
        }
        if (isNegative(v, width) && !isZero(v, width)) {
            return indefinite(width);
        }
        int mode = prepare(v, v, width);
        load(v, width);
        denormalSource = false;
        squareRoot(se, sig);
        return finish(mode, width);
    }

    /** Notes denormal operands and makes the extended arithmetic truncate; returns the rounding that {@link #finish} restores. */
    private int prepare(long a, long b, int width) {
        noted = flags | (isDenormal(a, width) || isDenormal(b, width) ? DE : 0);
        flags = 0;
        int mode = rounding;
        rounding = 3;
        precision = 64;
        return mode;
    }

    /** Rounds the truncated extended result, whose #P stands for all bits below, to the lane. */
    private long finish(int mode, int width) {
        if ((flags & PE) != 0) {
            sig |= 1;
        }
        flags = flags & ~PE | noted;
        rounding = mode;
        return rounded(width);
    }

    /** The extended value in {@link #se} and {@link #sig} as a lane; a tiny one is zero when FTZ is set and #U masked. */
    final long rounded(int width) {
        int before = flags;
        int given = masks;
        boolean flush = flushToZero && (masks & UE) != 0;
        masks = flush ? masks & ~UE : masks;
        flags = 0;
        long r = toBinary(se, sig, width) & -1L >>> 64 - width;
        if (flush && (flags & UE) != 0) {
            r &= 1L << width - 1;
            flags |= PE;
        }
        masks = given;
        flags |= before;
        return r;
    }

    // --- comparison ------------------------------------------------------------------------------------------------------------------

    /** MINPS and the like: the second operand when either is a NaN (#I) or both are zero. */
    final long minimum(long a, long b, int width) {
        return order(a, b, width, false) == -1 ? operand(a, width) : operand(b, width);
    }

    final long maximum(long a, long b, int width) {
        return order(a, b, width, false) == 1 ? operand(a, width) : operand(b, width);
    }

    /**
     * Compares and notes exceptions.
     *
     * @param quiet only signaling NaNs are invalid
     * @return -1, 0, 1, or 2 for unordered
     */
    final int order(long a, long b, int width, boolean quiet) {
        a = operand(a, width);
        b = operand(b, width);
        if (isNaN(a, width) || isNaN(b, width)) {
            flags |= !quiet || isSignaling(a, width) || isSignaling(b, width) ? IE : 0;
            return 2;
        }
        flags |= isDenormal(a, width) || isDenormal(b, width) ? DE : 0;
        double x = value(a, width);
        double y = value(b, width);
        return x < y ? -1 : x > y ? 1 : 0;
    }

    /** CMPPS and the like: all ones where the predicate 0..7 holds. */
    final long compare(long a, long b, int width, int predicate) {
        boolean quiet = (predicate & 3) == 0 || (predicate & 3) == 3;
        int order = order(a, b, width, quiet);
        boolean holds = switch (predicate & 3) {
            case 0 -> order == 0;
            case 1 -> order == -1;
            case 2 -> order == -1 || order == 0;
            default -> order == 2;
        };
        return holds != ((predicate & 4) != 0) ? -1L >>> 64 - width : 0;
    }

    // --- conversion ------------------------------------------------------------------------------------------------------------------

    /** A float of one width as one of the other. */
    final long convert(long v, int from, int to) {
        v = operand(v, from);
        flags |= isDenormal(v, from) ? DE : 0;
        load(v, from);
        return rounded(to);
    }

    /** A signed integer as a float. */
    final long fromInteger(long v, int width) {
        fromInteger(v);
        return rounded(width);
    }

    /** A float as a signed integer of {@code to} bits; what does not fit is the integer indefinite with #I. */
    final long integer(long v, int from, int to, boolean truncate) {
        v = operand(v, from);
        load(v, from);
        int mode = rounding;
        rounding = truncate ? 3 : mode;
        long r = toInteger(se, sig, to);
        rounding = mode;
        return r & -1L >>> 64 - to;
    }

    /** ROUNDPS and the like: bit 2 of the control chooses MXCSR's rounding, bit 3 suppresses #P. */
    final long integral(long v, int width, int control) {
        v = operand(v, width);
        if (isNaN(v, width)) {
            return nan(v, v, width);
        }
        int before = flags;
        int mode = rounding;
        rounding = (control & 4) != 0 ? mode : control & 3;
        load(v, width);
        denormalSource = false;
        roundToIntegral(se, sig);
        rounding = mode;
        flags = before | ((control & 8) != 0 ? 0 : flags & PE);
        return toBinary(se, sig, width) & -1L >>> 64 - width;
    }
}
