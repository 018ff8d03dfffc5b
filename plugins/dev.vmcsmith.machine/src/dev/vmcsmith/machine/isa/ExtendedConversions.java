// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

/** Conversions between double extended-precision values and integers, packed decimals, singles and doubles; comparison and remainder. */
class ExtendedConversions extends ExtendedFloat {
    /** Quotient bits and completeness of the last {@link #remainder}: Q0..Q2 in bits 0-2; bit 3 when the reduction is not complete. */
    int quotient;

    final void fromInteger(long v) {
        if (v == 0) {
            set(0, 0);
            return;
        }
        long magnitude = Math.abs(v);
        int n = Long.numberOfLeadingZeros(magnitude);
        set((v < 0 ? 0x8000 : 0) | BIAS + 63 - n, magnitude << n);
    }

    final void fromSingle(int v) {
        fromBinary(v < 0, v >>> 23 & 0xFF, (v & 0x7FFFFFL) << 40, 0xFF, 127);
    }

    final void fromDouble(long v) {
        fromBinary(v < 0, (int) (v >>> 52) & 0x7FF, (v & 0xFFFFFFFFFFFFFL) << 11, 0x7FF, 1023);
    }

    private void fromBinary(boolean negative, int e, long fraction, int top, int bias) {
        int sign = negative ? 0x8000 : 0;
        denormalSource = e == 0 && fraction != 0;
        if (e == top) {
            set(sign | MAX, ONE | fraction);
        } else if (e == 0) {
            int n = Long.numberOfLeadingZeros(fraction);
            set(fraction == 0 ? sign : sign | BIAS - bias + 1 - n, fraction == 0 ? 0 : fraction << n);
        } else {
            set(sign | e - bias + BIAS, ONE | fraction);
        }
    }

    /** The value as a single (32) or double (64), rounded as the rounding control says. */
    final long toBinary(int s, long v, int width) {
        int bits = width == 32 ? 24 : 53;
        int top = width == 32 ? 0xFF : 0x7FF;
        long sign = (s & 0x8000L) << width - 16;
        if (isUnsupported(s, v)) {
            flags |= IE;
            return (width == 32 ? 0xFFC00000L : 0xFFF8000000000000L);
        }
        if (isNan(s, v)) {
            flags |= isSignaling(s, v) ? IE : 0;
            return sign | (long) top << bits - 1 | (v << 1 >>> 65 - bits) | 1L << bits - 2;
        }
        if (isInfinite(s, v)) {
            return sign | (long) top << bits - 1;
        }
        if (v == 0) {
            return sign;
        }
        int exp = exponent(s, v) - BIAS + (top >> 1);
        long hi = normalized(v);
        int drop = 64 - bits;
        long below = -1L >>> bits;
        if (exp <= 0) {
            boolean carries = exp == 0 && increments(s, hi, 0, drop) && (hi & ~below) + (1L << drop) == 0;
            boolean inexactUnbounded = (hi & below) != 0;
            int shift = 1 - exp;
            long lo = shift < 64 ? hi << 64 - shift : shift == 64 ? hi : 1;
            hi = shift < 64 ? hi >>> shift : 0;
            boolean inexact = lo != 0 || (hi & below) != 0;
            up = increments(s, hi, lo, drop);
            hi = (hi >>> drop) + (up ? 1 : 0);
            if ((masks & UE) != 0) {
                flags |= inexact ? carries ? PE : UE | PE : 0;
            } else {
                flags |= carries ? PE : inexactUnbounded ? UE | PE : UE;
            }
            return sign | hi;
        }
        boolean inexact = (hi & below) != 0;
        up = increments(s, hi, 0, drop);
        hi = (hi >>> drop) + (up ? 1 : 0);
        if (hi >>> bits != 0) {
            hi >>>= 1;
            exp++;
        }
        if (exp >= top) {
            flags |= (masks & OE) != 0 || inexact ? OE | PE : OE;
            up = rounding == 0 || rounding == ((s & 0x8000) != 0 ? 1 : 2);
            return sign | ((long) top << bits - 1) - (up ? 0 : 1);
        }
        flags |= inexact ? PE : 0;
        return sign | (long) exp << bits - 1 | hi & (1L << bits - 1) - 1;
    }

    /** The value as a signed integer of {@code width} bits; out of range it is the integer indefinite with #IA. */
    final long toInteger(int s, long v, int width) {
        long indefinite = -1L << width - 1;
        if (v == 0 && (s & MAX) == 0) {
            return 0;
        }
        int e = (s & MAX) - BIAS;
        if (isUnsupported(s, v) || e > 63) {
            flags |= IE;
            return indefinite;
        }
        int shift = 63 - e;
        long lo = shift == 0 ? 0 : shift < 64 ? v << 64 - shift : shift == 64 ? v : 1;
        long hi = shift < 64 ? v >>> shift : 0;
        boolean round = increments(s, hi, lo, 0);
        hi += round ? 1 : 0;
        boolean negative = (s & 0x8000) != 0;
        long limit = 1L << width - 1;
        if (round && hi == 0 || Long.compareUnsigned(hi, negative ? limit : limit - 1) > 0) {
            flags |= IE;
            return indefinite;
        }
        up = round;
        flags |= lo != 0 ? PE : 0;
        return negative ? -hi : hi;
    }

    /** FRNDINT. */
    final void roundToIntegral(int s, long v) {
        if (special(s, v, 0, 0)) {
            return;
        }
        int e = (s & MAX) - BIAS;
        if (v == 0 || e >= 63) {
            set(s, v);
            return;
        }
        noteDenormal(s, v, 0, 0);
        int shift = 63 - e;
        long lo = shift < 64 ? v << 64 - shift : shift == 64 ? v : 1;
        long hi = shift < 64 ? v >>> shift : 0;
        up = increments(s, hi, lo, 0);
        hi += up ? 1 : 0;
        flags |= lo != 0 ? PE : 0;
        if (hi == 0) {
            set(s & 0x8000, 0);
        } else {
            int n = Long.numberOfLeadingZeros(hi);
            set(s & 0x8000 | BIAS + 63 - n, hi << n);
        }
    }

    /**
     * Compares.
     *
     * @param quiet only signaling NaNs are invalid (FUCOM)
     * @return -1, 0, 1, or 2 for unordered
     */
    final int compare(int ase, long asig, int bse, long bsig, boolean quiet) {
        if (special(ase, asig, bse, bsig)) {
            flags |= quiet ? 0 : IE;
            return 2;
        }
        noteDenormal(ase, asig, bse, bsig);
        if (asig == 0 && bsig == 0) {
            return 0;
        }
        boolean aNegative = (ase & 0x8000) != 0;
        if (aNegative != ((bse & 0x8000) != 0)) {
            return aNegative ? -1 : 1;
        }
        int order = Integer.compare(Math.max(ase & MAX, asig == 0 ? 0 : 1), Math.max(bse & MAX, bsig == 0 ? 0 : 1));
        order = order != 0 ? order : Integer.signum(Long.compareUnsigned(asig, bsig));
        return aNegative ? -order : order;
    }

    /** FPREM ({@code nearest} false) and FPREM1: the exact partial remainder of a by b, at most 63 quotient bits at a time. */
    final void remainder(int ase, long asig, int bse, long bsig, boolean nearest) {
        quotient = 0;
        if (special(ase, asig, bse, bsig)) {
            return;
        }
        if (isInfinite(ase, asig) || bsig == 0) {
            invalid();
            return;
        }
        noteDenormal(ase, asig, bse, bsig);
        if (asig == 0 || isInfinite(bse, bsig)) {
            if (asig == 0) {
                set(ase, 0);
            } else {
                round(ase, exponent(ase, asig), normalized(asig), 0, 64);
            }
            return;
        }
        int ea = exponent(ase, asig);
        int eb = exponent(bse, bsig);
        long rest = normalized(asig);
        long b = normalized(bsig);
        int distance = ea - eb;
        if (distance < (nearest ? -1 : 0)) {
            round(ase, ea, rest, 0, 64);
            return;
        }
        boolean partial = distance >= 64;
        int steps = partial ? 33 + distance % 32 : distance + 1;
        boolean top = false;
        long q = 0;
        if (distance == -1) {
            steps = 0;
        }
        for (int n = 0; n < steps; n++) {
            if (n > 0) {
                top = rest < 0;
                rest <<= 1;
            }
            boolean bit = top || Long.compareUnsigned(rest, b) >= 0;
            rest -= bit ? b : 0;
            q = q << 1 | (bit ? 1 : 0);
        }
        int exp = partial ? ea - steps + 1 : distance == -1 ? ea : eb;
        int sign = ase & 0x8000;
        if (nearest && !partial) {
            boolean twice = distance >= 0 && rest < 0;
            int order = distance == -1 ? Long.compareUnsigned(rest, b) : twice ? 1 : Long.compareUnsigned(rest << 1, b);
            if (order > 0 || order == 0 && (q & 1) != 0) {
                rest = distance == -1 ? b - (rest - b) : b - rest;
                sign ^= 0x8000;
                q++;
            }
        }
        quotient = partial ? 8 : (int) q & 7;
        if (rest == 0) {
            set(ase & 0x8000, 0);
        } else {
            int n = Long.numberOfLeadingZeros(rest);
            round(sign, exp - n, rest << n, 0, 64);
        }
    }
}
