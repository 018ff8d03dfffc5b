// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.cpu.Cpu;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The x87 and SSE registers of a processor, which are wider than the others and the same for guest and hypervisor. */
final class ExtendedRegisters {
    private static final BigInteger LOW = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final int LARGEST_EXPONENT = 0x7FFF;
    private static final int BIAS = 16383;

    private final Cpu cpu;

    ExtendedRegisters(Cpu cpu) {
        this.cpu = cpu;
    }

    /** SSE registers and their values in hexadecimal, in order. */
    List<Map.Entry<String, String>> vector(int codeBits) {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        for (int i = 0; i < (codeBits == 64 ? 16 : 8); i++) {
            all.add(Map.entry("xmm" + i, String.format("0x%016x%016x", cpu.vector.xmm[2 * i + 1], cpu.vector.xmm[2 * i])));
        }
        all.add(Map.entry("mxcsr", String.format("0x%x", cpu.vector.mxcsr)));
        return all;
    }

    /** x87 registers and their values: sign and exponent, significand, and the number that they are. */
    List<Map.Entry<String, String>> x87() {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int physical = cpu.fpu.top() + i & 7;
            boolean used = (cpu.fpu.inUse >>> physical & 1) != 0;
            all.add(Map.entry("st" + i, String.format("0x%04x%016x (%s)", cpu.fpu.signExponent[physical], cpu.fpu.significand[physical],
                    used ? number(cpu.fpu.signExponent[physical], cpu.fpu.significand[physical]) : "empty")));
        }
        all.add(Map.entry("fctrl", String.format("0x%x", cpu.fpu.control)));
        all.add(Map.entry("fstat", String.format("0x%x", cpu.fpu.status)));
        return all;
    }

    private static String number(int signExponent, long significand) {
        int exponent = signExponent & LARGEST_EXPONENT;
        if (exponent == LARGEST_EXPONENT) {
            return significand << 1 == 0 ? (signExponent >>> 15 != 0 ? "-infinity" : "infinity") : "NaN";
        }
        double magnitude = new BigInteger(Long.toUnsignedString(significand)).doubleValue() * Math.pow(2, exponent - BIAS - 63);
        return Double.toString(signExponent >>> 15 != 0 ? -magnitude : magnitude);
    }

    /**
     * Changes a register.
     *
     * @throws RequestFailure when the text is no number or the register is none of these
     */
    void set(String name, String text) {
        BigInteger value;
        try {
            String digits = text.strip().replace("_", "");
            value = digits.startsWith("0x") ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits);
        } catch (NumberFormatException e) {
            throw new RequestFailure("\"" + text + "\" is not a number: write it in decimal or as 0x1234");
        }
        long low = value.and(LOW).longValue();
        if (name.startsWith("xmm")) {
            int number = Integer.parseInt(name.substring(3));
            cpu.vector.xmm[2 * number] = low;
            cpu.vector.xmm[2 * number + 1] = value.shiftRight(64).and(LOW).longValue();
        } else if (name.startsWith("st")) {
            int physical = cpu.fpu.top() + Integer.parseInt(name.substring(2)) & 7;
            cpu.fpu.significand[physical] = low;
            cpu.fpu.signExponent[physical] = value.shiftRight(64).intValue() & 0xFFFF;
            cpu.fpu.inUse |= 1 << physical;
        } else {
            switch (name) {
                case "mxcsr" -> cpu.vector.mxcsr = (int) low;
                case "fctrl" -> cpu.fpu.control = (int) low & 0xFFFF;
                case "fstat" -> cpu.fpu.status = (int) low & 0xFFFF;
                default -> throw new RequestFailure(name + " cannot be changed here");
            }
        }
    }
}
