// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.Variable.Home;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.Optional;

/**
 * Where a variable is, for expressions of one operation: what compilers write for nearly every variable that has a place of its own.
 *
 * @param register as instructions encode it; −1 without one
 */
record Location(Home home, int register, long place) {
    private static final int ADDR = 0x03;
    private static final int CONST1U = 0x08;
    private static final int CONSTS = 0x11;
    private static final int LIT0 = 0x30;
    private static final int REG0 = 0x50;
    private static final int BREG0 = 0x70;
    private static final int FBREG = 0x91;
    private static final int STACK_VALUE = 0x9f;
    private static final int NUMBERED = 32;

    /**
     * What an expression means.
     *
     * @param frame whether the frame base is the canonical frame address
     * @return empty when it is more than one operation, or none that is known
     */
    static Optional<Location> of(byte[] expression, boolean frame, int addressSize) throws ImageFormatException {
        if (expression.length == 0) {
            return Optional.empty();
        }
        ByteReader in = ByteReader.of(expression, "a location");
        int code = in.u8();
        Location found = null;
        if (code == ADDR) {
            found = new Location(Home.ADDRESS, -1, in.unsigned(addressSize));
        } else if (code == FBREG && frame) {
            found = new Location(Home.FRAME, -1, in.sleb());
        } else if (code >= REG0 && code < REG0 + NUMBERED) {
            found = new Location(Home.REGISTER, DwarfRegisters.encoding(code - REG0, addressSize), 0);
        } else if (code >= BREG0 && code < BREG0 + NUMBERED) {
            found = new Location(Home.BASED, DwarfRegisters.encoding(code - BREG0, addressSize), in.sleb());
        } else if (code >= CONST1U && code <= CONSTS || code >= LIT0 && code < LIT0 + NUMBERED) {
            long value = code >= LIT0 ? code - LIT0 : constant(code, in);
            found = in.remaining() == 1 && in.u8() == STACK_VALUE ? new Location(Home.CONSTANT, -1, value) : null;
        }
        boolean needsRegister = found != null && (found.home == Home.REGISTER || found.home == Home.BASED);
        return Optional.ofNullable(in.remaining() > 0 || needsRegister && found.register < 0 ? null : found);
    }

    private static long constant(int code, ByteReader in) throws ImageFormatException {
        return switch (code) {
            case 0x08 -> in.u8();
            case 0x09 -> in.s8();
            case 0x0a -> in.u16();
            case 0x0b -> (short) in.u16();
            case 0x0c -> in.u32();
            case 0x0d -> (int) in.u32();
            case 0x0e, 0x0f -> in.u64();
            case 0x10 -> in.uleb();
            default -> in.sleb();
        };
    }
}
