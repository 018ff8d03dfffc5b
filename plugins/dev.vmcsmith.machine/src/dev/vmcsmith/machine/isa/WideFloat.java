// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

/**
 * A positive number with 128 significant bits, for intermediate results of the x87 transcendental instructions: the significand
 * {@code high:low} is at least 2 to the 127, or the number is zero; the value is significand times 2 to the {@code exponent - 127}.
 * Operations truncate. A number with exponent 0 or less can also be used as fixed-point, see {@link #fix}.
 */
final class WideFloat {
    long high;
    long low;
    int exponent;

    void set(long newHigh, long newLow, int newExponent) {
        high = newHigh;
        low = newLow;
        exponent = newExponent;
        normalize();
    }

    void copyFrom(WideFloat o) {
        high = o.high;
        low = o.low;
        exponent = o.exponent;
    }

    private void normalize() {
        if (high == 0) {
            high = low;
            low = 0;
            exponent -= 64;
        }
        int n = Long.numberOfLeadingZeros(high);
        if (n > 0 && n < 64) {
            high = high << n | low >>> 64 - n;
            low <<= n;
            exponent -= n;
        }
    }

    /** Shifts the significand so that the exponent is 0; the value, less than 2, is then high:low times 2 to the -127. */
    void fix() {
        int n = -exponent;
        if (n >= 128) {
            high = low = 0;
        } else if (n >= 64) {
            low = high >>> n - 64;
            high = 0;
        } else if (n > 0) {
            low = low >>> n | high << 64 - n;
            high >>>= n;
        }
        exponent = 0;
    }

    void multiply(WideFloat b) {
        times(b);
        exponent += b.exponent + 1;
        normalize();
    }

    /** The upper 128 bits of the product of the significands. */
    private void times(WideFloat b) {
        long hh = Math.unsignedMultiplyHigh(high, b.high);
        long hl = high * b.high;
        long x1 = Math.unsignedMultiplyHigh(high, b.low);
        long x0 = high * b.low;
        long y1 = Math.unsignedMultiplyHigh(low, b.high);
        long y0 = low * b.high;
        long z1 = Math.unsignedMultiplyHigh(low, b.low);
        long middle = x0 + y0;
        long carry = Long.compareUnsigned(middle, x0) < 0 ? 1 : 0;
        middle += z1;
        carry += Long.compareUnsigned(middle, z1) < 0 ? 1 : 0;
        long newLow = hl + x1;
        long carryHigh = Long.compareUnsigned(newLow, hl) < 0 ? 1 : 0;
        long sum = newLow + y1;
        carryHigh += Long.compareUnsigned(sum, newLow) < 0 ? 1 : 0;
        long total = sum + carry;
        carryHigh += Long.compareUnsigned(total, sum) < 0 ? 1 : 0;
        high = hh + carryHigh;
        low = total;
    }

    /** Product of two fixed-point numbers below 2 whose product is below 2. */
    void multiplyFixed(WideFloat b) {
        times(b);
        high = high << 1 | low >>> 63;
        low <<= 1;
    }

    /** Divides a fixed-point number by a small integer. */
    void divideFixed(int d) {
        long a3 = high >>> 32;
        long q3 = a3 / d;
        long a2 = (a3 % d << 32) | high & 0xFFFFFFFFL;
        long q2 = a2 / d;
        long a1 = (a2 % d << 32) | low >>> 32;
        long q1 = a1 / d;
        long a0 = (a1 % d << 32) | low & 0xFFFFFFFFL;
        high = q3 << 32 | q2;
        low = q1 << 32 | a0 / d;
    }

    /** Adds a fixed-point number; the sum is below 2. */
    void addFixed(WideFloat b) {
        low += b.low;
        high += b.high + (Long.compareUnsigned(low, b.low) < 0 ? 1 : 0);
    }

    /** Becomes b - this, fixed-point; b is not less. */
    void subtractFixedFrom(WideFloat b) {
        long borrow = Long.compareUnsigned(b.low, low) < 0 ? 1 : 0;
        low = b.low - low;
        high = b.high - high - borrow;
    }

    void setFixedOne() {
        high = Long.MIN_VALUE;
        low = 0;
        exponent = 0;
    }

    /** Back from fixed-point. */
    void unfix() {
        exponent = 0;
        normalize();
    }

    /** Divides by b. */
    void divide(WideFloat b) {
        long restHigh = high;
        long restLow = low;
        int e = exponent - b.exponent;
        boolean top = false;
        if (less(restHigh, restLow, b)) {
            top = restHigh < 0;
            restHigh = restHigh << 1 | restLow >>> 63;
            restLow <<= 1;
            e--;
        }
        long quotientHigh = 0;
        long quotientLow = 0;
        for (int n = 0; n < 128; n++) {
            boolean bit = top || !less(restHigh, restLow, b);
            if (bit) {
                long borrow = Long.compareUnsigned(restLow, b.low) < 0 ? 1 : 0;
                restLow -= b.low;
                restHigh -= b.high + borrow;
            }
            quotientHigh = quotientHigh << 1 | quotientLow >>> 63;
            quotientLow = quotientLow << 1 | (bit ? 1 : 0);
            top = restHigh < 0;
            restHigh = restHigh << 1 | restLow >>> 63;
            restLow <<= 1;
        }
        high = quotientHigh;
        low = quotientLow | (top || (restHigh | restLow) != 0 ? 1 : 0);
        exponent = e;
    }

    private static boolean less(long h, long l, WideFloat b) {
        int order = Long.compareUnsigned(h, b.high);
        return order < 0 || order == 0 && Long.compareUnsigned(l, b.low) < 0;
    }

    /** Whether the value is less than that of b; both are normalized. */
    boolean lessThan(WideFloat b) {
        return exponent != b.exponent ? exponent < b.exponent : less(high, low, b);
    }

    /** Adds b, which is not greater. */
    void add(WideFloat b) {
        int d = exponent - b.exponent;
        long bl = d == 0 ? b.low : d < 64 ? b.low >>> d | b.high << 64 - d : d == 64 ? b.high : d < 128 ? b.high >>> d - 64 : 0;
        long bh = d < 64 ? b.high >>> d : 0;
        low += bl;
        long carry = Long.compareUnsigned(low, bl) < 0 ? 1 : 0;
        long sum = high + bh;
        boolean over = Long.compareUnsigned(sum, bh) < 0 || sum + carry == 0 && carry != 0;
        high = sum + carry;
        if (over) {
            low = low >>> 1 | high << 63;
            high = high >>> 1 | Long.MIN_VALUE;
            exponent++;
        }
    }

    /** Subtracts b, which is not greater. */
    void subtract(WideFloat b) {
        int d = exponent - b.exponent;
        long bl = d == 0 ? b.low : d < 64 ? b.low >>> d | b.high << 64 - d : d == 64 ? b.high : d < 128 ? b.high >>> d - 64 : 0;
        long bh = d < 64 ? b.high >>> d : 0;
        if (d >= 128) {
            bl = 1;
        }
        long borrow = Long.compareUnsigned(low, bl) < 0 ? 1 : 0;
        low -= bl;
        high -= bh + borrow;
        normalize();
    }
}
