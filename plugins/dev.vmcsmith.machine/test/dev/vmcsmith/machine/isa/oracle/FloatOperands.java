// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Random x87, MMX and SSE state with many special values, as an FXSAVE image. */
final class FloatOperands {
    private static final long[] SIGNIFICANDS = {0, 1L << 63, -1, 3L << 62, (1L << 63) + 1, 0xC000000000000001L, 0x8000000000000400L,
        0x8000008000000000L, 0xFFFFFFFFFFFFFC00L, 1, 0x7FFFFFFFFFFFFFFFL};
    private static final int[] EXPONENTS = {0, 1, 2, 0x7FFF, 0x7FFE, 0x3FFF, 0x3FFE, 0x4000, 0x403E, 0x403D, 0x3F81, 0x3C01, 0x43FE, 0x407E, 0x401E};
    private static final int[] PRECISIONS = {0, 2, 3, 3};

    private FloatOperands() {
    }

    static void fill(byte[] image, Randomness random, boolean doubles) {
        ByteBuffer b = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int masks = random.nextInt(4) != 0 ? 0x3F : random.nextInt(64);
        b.putShort(0, (short) (0x40 | masks | random.nextInt(4) << 10 | PRECISIONS[random.nextInt(4)] << 8));
        int sticky = random.nextInt(4) == 0 ? random.nextInt(64) & masks : 0;
        b.putShort(2, (short) (random.nextInt() & 0x7F00 | sticky));
        b.put(4, (byte) (random.nextInt(4) != 0 ? 0xFF : random.nextInt()));
        masks = random.nextInt(4) != 0 ? 0x3F : random.nextInt(64);
        sticky = random.nextInt(2) == 0 ? random.nextInt(64) : 0;
        int modes = random.nextInt(4) << 13 | (random.nextInt(4) == 0 ? 0x40 : 0) | (random.nextInt(4) == 0 ? 0x8000 : 0);
        b.putInt(24, masks << 7 | sticky | modes);
        int near = 0x3FFF + random.nextInt(100) - 50;
        for (int n = 0; n < 8; n++) {
            extended(b, 32 + 16 * n, random, near);
        }
        for (int n = 0; n < 32; n++) {
            b.putLong(160 + 8 * n, lanes(random, doubles));
        }
    }

    private static void extended(ByteBuffer b, int at, Randomness random, int near) {
        long significand = random.nextInt(3) == 0 ? SIGNIFICANDS[random.nextInt(SIGNIFICANDS.length)] : random.nextLong() | 1L << 63;
        int exponent = switch (random.nextInt(4)) {
            case 0 -> EXPONENTS[random.nextInt(EXPONENTS.length)];
            case 1 -> random.nextInt(0x8000);
            case 2 -> near + random.nextInt(5) - 2;
            default -> 0x3FFF + random.nextInt(140) - 70;
        };
        b.putLong(at, significand);
        b.putShort(at + 8, (short) (exponent | random.nextInt(2) << 15));
    }

    /** One double, or two singles; sometimes neither. */
    static long lanes(Randomness random, boolean doubles) {
        if (random.nextInt(8) == 0) {
            return Case.integer(random);
        }
        return doubles ? lane(random, 52, 0x7FF) : lane(random, 23, 0xFF) | lane(random, 23, 0xFF) << 32;
    }

    private static long lane(Randomness random, int bits, int top) {
        int bias = top >> 1;
        int exponent = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> top;
            case 2 -> 1 + random.nextInt(3);
            case 3 -> top - 1 - random.nextInt(3);
            case 4 -> random.nextInt(top + 1);
            case 5 -> bias + bits + random.nextInt(20) - 10;
            default -> bias + random.nextInt(9) - 4;
        };
        long fraction = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1L << random.nextInt(bits);
            case 2 -> -1L >>> random.nextInt(bits);
            default -> random.nextLong();
        };
        return (long) random.nextInt(2) << (top == 0xFF ? 31 : 63) | (long) exponent << bits | fraction & (1L << bits) - 1;
    }
}
