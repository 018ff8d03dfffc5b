// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** How a row is encoded, in SDM notation such as {@code 66 REX.W 0F 6E /r} or {@code VEX.LZ.NP.0F38.W0 F2 /r}. Immutable. */
public final class Encoding {
    /** Opcode maps. */
    public static final int MAP_ONE_BYTE = 0;
    public static final int MAP_0F = 1;
    public static final int MAP_0F38 = 2;
    public static final int MAP_0F3A = 3;

    /** {@link #prefix}: any; 66 is an operand size and F2, F3 are ignored or REP. */
    public static final int PREFIX_ANY = -1;
    /** {@link #prefix}: no 66, F2 or F3. */
    public static final int PREFIX_NP = 0;
    public static final int PREFIX_66 = 1;
    public static final int PREFIX_F3 = 2;
    public static final int PREFIX_F2 = 3;
    /** {@link #prefix}: no F2 or F3; 66 is an operand size. */
    public static final int PREFIX_NFX = 4;

    /** {@link #operandSize}: 32 or 64. */
    public static final int SIZE_NOT_16 = -16;

    public static final int SPAN_REGISTER = 8;
    public static final int SPAN_CONDITION = 16;

    public static final int MOD_ANY = -1;
    public static final int MOD_MEMORY = 0;
    public static final int MOD_REGISTER = 3;
    /** A register whatever ModRM.mod says (moves to and from control and debug registers). */
    public static final int MOD_IGNORED = 4;

    /** The notation of the table. */
    public final String text;
    public final boolean vex;
    /** One of the {@code MAP_} constants. */
    public final int map;
    /** Opcode byte within the map; the first one when {@link #span} is more than 1. */
    public final int opcode;
    /** How many consecutive opcodes the row covers: 1, 8 (+r) or 16 (+cc). */
    public final int span;
    /** One of the {@code PREFIX_} constants. */
    public final int prefix;
    /** 0 any, 16, 32, 64 or {@link #SIZE_NOT_16}: the operand size that the row requires. */
    public final int operandSize;
    /** 0, 16, 32 or 64: the address size that the row requires. */
    public final int addressSize;
    /** -1 any, 0 or 1: what REX.W or VEX.W must be. */
    public final int w;
    /** -1 any, 0 or 1: what VEX.L must be. */
    public final int l;
    /** Whether there is a ModRM byte. */
    public final boolean modrm;
    /** -1 any, 0-7: what ModRM.reg must be. */
    public final int digit;
    /** -1 any, 0-7: what ModRM.rm must be. */
    public final int rm;
    /** One of the {@code MOD_} constants. */
    public final int mod;

    Encoding(String text, boolean vex, int map, int opcode, int span, int prefix, int operandSize, int addressSize, int w, int l,
            boolean modrm, int digit, int rm, int mod) {
        this.text = text;
        this.vex = vex;
        this.map = map;
        this.opcode = opcode;
        this.span = span;
        this.prefix = prefix;
        this.operandSize = operandSize;
        this.addressSize = addressSize;
        this.w = w;
        this.l = l;
        this.modrm = modrm;
        this.digit = digit;
        this.rm = rm;
        this.mod = mod;
    }

    /** The notation of the table. */
    @Override
    public String toString() {
        return text;
    }
}
