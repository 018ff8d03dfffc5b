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

    private static final String[] NAMES_8 = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b",
        "r13b", "r14b", "r15b", "ah", "ch", "dh", "bh"};
    private static final String[] NAMES_16 = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w",
        "r14w", "r15w"};
    private static final String[] NAMES_32 = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d",
        "r13d", "r14d", "r15d"};
    private static final String[] NAMES_64 = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15"};

    private Gpr() {
    }

    /**
     * The assembler's name of a register.
     *
     * @param number 0-15, or for width 8 also {@link #AH} to {@link #BH}
     * @param width 8, 16, 32 or 64 bits
     */
    public static String name(int number, int width) {
        return switch (width) {
            case 8 -> NAMES_8[number];
            case 16 -> NAMES_16[number];
            case 32 -> NAMES_32[number];
            default -> NAMES_64[number];
        };
    }
}
