// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/**
 * General-purpose register numbers as instructions encode them, and their names in every width.
 * Byte registers need 20 names: 0-15 are the low bytes, {@link #AH} to {@link #BH} (16-19) the legacy high bytes.
 */
public final class Gpr {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;
    /** Number of general-purpose registers in 64-bit mode. */
    public static final int COUNT = 16;

    /** Byte-register number of bits 15:8 of RAX; CH, DH and BH follow. The owning register is {@code number - AH}. */
    public static final int AH = 16;
    public static final int CH = 17;
    public static final int DH = 18;
    public static final int BH = 19;

    private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] LOW_BYTE = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
    private static final String[] HIGH_BYTE = {"ah", "ch", "dh", "bh"};

    private Gpr() {
    }

    /**
     * The assembler's name of a register.
     *
     * @param number 0-15, or for width 8 also {@link #AH} to {@link #BH}
     * @param width 8, 16, 32 or 64 bits
     */
    public static String name(int number, int width) {
        if (number >= AH) {
            return HIGH_BYTE[number - AH];
        }
        if (number >= R8) {
            return switch (width) {
                case 8 -> "r" + number + "b";
                case 16 -> "r" + number + "w";
                case 32 -> "r" + number + "d";
                default -> "r" + number;
            };
        }
        return switch (width) {
            case 8 -> LOW_BYTE[number];
            case 16 -> LEGACY[number];
            case 32 -> "e" + LEGACY[number];
            default -> "r" + LEGACY[number];
        };
    }
}
