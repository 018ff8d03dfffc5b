// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

/**
 * Arithmetic on double extended-precision values (SDM "Floating-Point Data Types", "Rounding", "Overview of Floating-Point Exceptions"): a
 * value is its 16-bit sign and exponent and its 64-bit significand. Every operation leaves its result in {@link #se} and {@link #sig}, adds
 * exceptions to {@link #flags} and says in {@link #up} whether it rounded up. Reusable, allocates nothing.
 */
class ExtendedFloat {
    static final int IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32, SF = 64;
    static final int BIAS = 16383, MAX = 0x7FFF;
    static final long ONE = Long.MIN_VALUE;
    private static final long INDEFINITE = 0xC000000000000000L;
    /** What is added to or subtracted from an exponent out of range whose exception is not masked. */
    static final int WRAP = 24576;

    /** The result: sign and exponent. */
    int se;
    /** The result: significand with its integer bit. */
    long sig;
    /** Exceptions since the flags were cleared, as in the status word. */
    int flags;
    /** The last rounding was upward in magnitude. */
    boolean up;
    /** Rounding control: 0 nearest even, 1 down, 2 up, 3 to zero. */
    int rounding;
    /** Significand bits: 24, 53 or 64. */
    int precision = 64;
    /** Exception masks of the control word. */
    int masks = 0x3F;
    /** The memory operand of the operation was denormal in its own format. */
    boolean denormalSource;

    static boolean isNan(int se, long sig) {
        return (se & MAX) == MAX && sig < 0 && sig << 1 != 0;
    }

    static boolean isSignaling(int se, long sig) {
        return isNan(se, sig) && (sig & 1L << 62) == 0;
    }

    static boolean isInfinite(int se, long sig) {
        return (se & MAX) == MAX && sig == ONE;
    }

    static boolean isZero(int se, long sig) {
        return (se & MAX) == 0 && sig == 0;
    }

    /** Unnormals, pseudo-infinities and pseudo-NaNs, which the processor does not support. */
    static boolean isUnsupported(int se, long sig) {
        return (se & MAX) != 0 && sig >= 0;
    }

    static boolean isDenormal(int se, long sig) {
        return (se & MAX) == 0 && sig != 0;
    }

    final void set(int newSe, long newSig) {
        se = newSe & 0xFFFF;
        sig = newSig;
    }

    /** Invalid operation with the QNaN floating-point indefinite as result. */
    final void invalid() {
        flags |= IE;
        set(0xFFFF, INDEFINITE);
    }

    /** Handles NaN and unsupported operands (SDM "Operating on SNaNs and QNaNs"); then notes denormal operands. */
    final boolean special(int ase, long asig, int bse, long bsig) {
        if (isUnsupported(ase, asig) || isUnsupported(bse, bsig)) {
            invalid();
            return true;
        }
        boolean aNan = isNan(ase, asig);
        boolean bNan = isNan(bse, bsig);
        if (!aNan && !bNan) {
            return false;
        }
        boolean aSignals = isSignaling(ase, asig);
        boolean bSignals = isSignaling(bse, bsig);
        if (aSignals || bSignals) {
            flags |= IE;
        }
        boolean takeA;
        if (!aNan || !bNan) {
            takeA = aNan;
        } else if (aSignals != bSignals) {
            takeA = bSignals;
        } else {
            int order = Long.compareUnsigned(asig, bsig);
            takeA = order > 0 || order == 0 && ase < bse;
        }
        set(takeA ? ase : bse, (takeA ? asig : bsig) | 1L << 62);
        return true;
    }

    final void noteDenormal(int ase, long asig, int bse, long bsig) {
        if (denormalSource || isDenormal(ase, asig) || isDenormal(bse, bsig)) {
            flags |= DE;
        }
    }

    /** The biased exponent of a finite nonzero value once its significand is normalized. */
    static int exponent(int se, long sig) {
        int e = se & MAX;
        return (e == 0 ? 1 : e) - Long.numberOfLeadingZeros(sig);
    }

    static long normalized(long sig) {
        return sig << Long.numberOfLeadingZeros(sig);
    }

    // --- arithmetic ------------------------------------------------------------------------------------------------------------------

    final void add(int ase, long asig, int bse, long bsig) {
        if (special(ase, asig, bse, bsig)) {
            return;
        }
        boolean opposite = ((ase ^ bse) & 0x8000) != 0;
        if (isInfinite(ase, asig) && isInfinite(bse, bsig) && opposite) {
            invalid();
            return;
        }
        noteDenormal(ase, asig, bse, bsig);
        if (isInfinite(ase, asig) || isInfinite(bse, bsig)) {
            set(isInfinite(ase, asig) ? ase : bse, ONE);
            return;
        }
        if (asig == 0 || bsig == 0) {
            if (asig == 0 && bsig == 0) {
                set(opposite ? zeroSign() : ase, 0);
            } else {
                round(asig == 0 ? bse : ase, exponent(asig == 0 ? bse : ase, asig | bsig), normalized(asig | bsig), 0, precision);
            }
            return;
        }
        int ea = exponent(ase, asig);
        int eb = exponent(bse, bsig);
        long a = normalized(asig);
        long b = normalized(bsig);
        boolean swap = ea < eb || ea == eb && Long.compareUnsigned(a, b) < 0;
        int exp = swap ? eb : ea;
        int sign = swap ? bse : ase;
        long big = swap ? b : a;
        long small = swap ? a : b;
        int distance = Math.abs(ea - eb);
        long hi = distance == 0 ? small : distance < 64 ? small >>> distance : 0;
        long lo = distance == 0 ? 0 : distance < 64 ? small << 64 - distance : distance == 64 ? small
            : distance < 128 ? small >>> distance - 64 | (small << 128 - distance != 0 ? 1 : 0) : 1;
        if (!opposite) {
            long sum = big + hi;
            if (Long.compareUnsigned(sum, big) < 0) {
                lo = sum << 63 | lo >>> 1 | lo & 1;
                sum = sum >>> 1 | ONE;
                exp++;
            }
            round(sign, exp, sum, lo, precision);
            return;
        }
        hi = big - hi - (lo != 0 ? 1 : 0);
        lo = -lo;
        if (hi == 0 && lo == 0) {
            set(zeroSign(), 0);
            return;
        }
        if (hi == 0) {
            hi = lo;
            lo = 0;
            exp -= 64;
        }
        int n = Long.numberOfLeadingZeros(hi);
        if (n > 0) {
            hi = hi << n | lo >>> 64 - n;
            lo <<= n;
        }
        round(sign, exp - n, hi, lo, precision);
    }

    private int zeroSign() {
        return rounding == 1 ? 0x8000 : 0;
    }

    /** a - b. The sign of a NaN stays. */
    final void subtract(int ase, long asig, int bse, long bsig) {
        add(ase, asig, isNan(bse, bsig) ? bse : bse ^ 0x8000, bsig);
    }

    final void multiply(int ase, long asig, int bse, long bsig) {
        if (special(ase, asig, bse, bsig)) {
            return;
        }
        int sign = (ase ^ bse) & 0x8000;
        boolean infinite = isInfinite(ase, asig) || isInfinite(bse, bsig);
        if (infinite && (asig == 0 || bsig == 0)) {
            invalid();
            return;
        }
        noteDenormal(ase, asig, bse, bsig);
        if (infinite) {
            set(sign | MAX, ONE);
        } else if (asig == 0 || bsig == 0) {
            set(sign, 0);
        } else {
            long a = normalized(asig);
            long b = normalized(bsig);
            int exp = exponent(ase, asig) + exponent(bse, bsig) - BIAS + 1;
            long hi = Math.unsignedMultiplyHigh(a, b);
            long lo = a * b;
            if (hi >= 0) {
                hi = hi << 1 | lo >>> 63;
                lo <<= 1;
                exp--;
            }
            round(sign, exp, hi, lo, precision);
        }
    }

    /** a / b. */
    final void divide(int ase, long asig, int bse, long bsig) {
        if (special(ase, asig, bse, bsig)) {
            return;
        }
        int sign = (ase ^ bse) & 0x8000;
        boolean aInfinite = isInfinite(ase, asig);
        boolean bInfinite = isInfinite(bse, bsig);
        if (aInfinite && bInfinite || asig == 0 && bsig == 0) {
            invalid();
            return;
        }
        if (bsig == 0 && !aInfinite) {
            flags |= ZE;
            set(sign | MAX, ONE);
            return;
        }
        noteDenormal(ase, asig, bse, bsig);
        if (aInfinite) {
            set(sign | MAX, ONE);
        } else if (bInfinite || asig == 0) {
            set(sign, 0);
        } else {
            quotient(sign, exponent(ase, asig), normalized(asig), exponent(bse, bsig), normalized(bsig));
        }
    }

    private void quotient(int sign, int ea, long a, int eb, long b) {
        int exp = ea - eb + BIAS;
        boolean top = false;
        long rest = a;
        if (Long.compareUnsigned(a, b) < 0) {
            top = true;
            rest = a << 1;
            exp--;
        }
        long q = 0;
        long lo = 0;
        for (int n = 0; n < 65; n++) {
            boolean bit = top || Long.compareUnsigned(rest, b) >= 0;
            if (bit) {
                rest -= b;
            }
            if (n < 64) {
                q = q << 1 | (bit ? 1 : 0);
            } else {
                lo = bit ? ONE : 0;
            }
            top = rest < 0;
            rest <<= 1;
        }
        round(sign, exp, q, lo | (top || rest != 0 ? 1 : 0), precision);
    }

    final void squareRoot(int ase, long asig) {
        if (special(ase, asig, 0, 0)) {
            return;
        }
        if (isZero(ase, asig)) {
            set(ase, 0);
            return;
        }
        if ((ase & 0x8000) != 0) {
            invalid();
            return;
        }
        noteDenormal(ase, asig, 0, 0);
        if (isInfinite(ase, asig)) {
            set(ase, asig);
            return;
        }
        int e = exponent(ase, asig) - BIAS;
        long a = normalized(asig);
        long hi = (e & 1) != 0 ? a : a >>> 1;
        long lo = (e & 1) != 0 ? 0 : a << 63;
        long root = 0;
        long half = 0;
        long restHigh = 0;
        long rest = 0;
        for (int n = 0; n < 65; n++) {
            restHigh = restHigh << 2 | rest >>> 62;
            rest = rest << 2 | hi >>> 62;
            hi = hi << 2 | lo >>> 62;
            lo <<= 2;
            long trialHigh = root >>> 62;
            long trial = root << 2 | 1;
            int order = Long.compareUnsigned(restHigh, trialHigh);
            boolean bit = order > 0 || order == 0 && Long.compareUnsigned(rest, trial) >= 0;
            if (bit) {
                restHigh -= trialHigh + (Long.compareUnsigned(rest, trial) < 0 ? 1 : 0);
                rest -= trial;
            }
            if (n < 64) {
                root = root << 1 | (bit ? 1 : 0);
            } else {
                half = bit ? ONE : 0;
            }
        }
        round(0, (e >> 1) + BIAS, root, half | (restHigh != 0 || rest != 0 ? 1 : 0), precision);
    }

    // --- rounding --------------------------------------------------------------------------------------------------------------------

    /**
     * Rounds a normalized 128-bit significand to {@code bits} and stores it; exponents out of range as the masks of #O and #U say.
     *
     * @param exp biased exponent of any size
     */
    final void round(int sign, int exp, long hi, long lo, int bits) {
        sign &= 0x8000;
        int drop = 64 - bits;
        long below = drop == 0 ? 0 : -1L >>> 64 - drop;
        long unit = 1L << drop;
        if (exp <= 0) {
            boolean carries = exp == 0 && increments(sign, hi, lo, drop) && (hi & ~below) + unit == 0;
            if ((masks & UE) == 0) {
                if (!carries) {
                    flags |= UE;
                    exp += WRAP;
                }
            } else {
                int shift = 1 - exp;
                lo = shift < 64 ? hi << 64 - shift | (lo != 0 ? 1 : 0) : shift == 64 ? hi | (lo != 0 ? 1 : 0) : 1;
                hi = shift < 64 ? hi >>> shift : 0;
                boolean inexact = lo != 0 || (hi & below) != 0;
                up = increments(sign, hi, lo, drop);
                hi = (hi & ~below) + (up ? unit : 0);
                flags |= inexact ? carries ? PE : UE | PE : 0;
                set(sign | (hi < 0 ? 1 : 0), hi);
                return;
            }
        }
        boolean inexact = lo != 0 || (hi & below) != 0;
        up = increments(sign, hi, lo, drop);
        hi &= ~below;
        if (up) {
            hi += unit;
            if (hi == 0) {
                hi = ONE;
                exp++;
            }
        }
        if (exp >= MAX) {
            flags |= OE;
            if ((masks & OE) == 0) {
                exp -= WRAP;
            } else {
                flags |= PE;
                up = rounding == 0 || rounding == (sign != 0 ? 1 : 2);
                set(sign | (up ? MAX : MAX - 1), up ? ONE : ~below);
                return;
            }
        }
        flags |= inexact ? PE : 0;
        set(sign | exp & MAX, hi);
    }

    /** Whether rounding away {@code drop} bits and {@code lo} increments what is left. */
    final boolean increments(int sign, long hi, long lo, int drop) {
        long rest = drop == 0 ? lo : hi << 64 - drop;
        boolean more = drop != 0 && lo != 0;
        if (rest == 0 && !more) {
            return false;
        }
        return switch (rounding) {
            case 0 -> rest < 0 && (rest != ONE || more || (hi >>> drop & 1) != 0);
            case 1 -> (sign & 0x8000) != 0;
            case 2 -> (sign & 0x8000) == 0;
            default -> false;
        };
    }
}
