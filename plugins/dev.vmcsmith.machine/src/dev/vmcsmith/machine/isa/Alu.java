// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;

/**
 * Addition, subtraction and logic with their flags. Operands may have anything above their width; {@code shift} is 64 minus the
 * width. Results are not truncated.
 */
public final class Alu {
    private static final long TOP = 3L << 62;

    private Alu() {
    }

    public static long add(Cpu c, long a, long b, int shift) {
        long r = a + b;
        record(c, r, a & b | (a | b) & ~r, shift);
        return r;
    }

    public static long adc(Cpu c, long a, long b, int shift) {
        long r = a + b + c.carry();
        record(c, r, a & b | (a | b) & ~r, shift);
        return r;
    }

    public static long sub(Cpu c, long a, long b, int shift) {
        long r = a - b;
        record(c, r, ~a & b | (~a | b) & r, shift);
        return r;
    }

    public static long sbb(Cpu c, long a, long b, int shift) {
        long r = a - b - c.carry();
        record(c, r, ~a & b | (~a | b) & r, shift);
        return r;
    }

    public static long and(Cpu c, long a, long b, int shift) {
        long r = a & b;
        c.logicFlags(r << shift >> shift);
        return r;
    }

    public static long or(Cpu c, long a, long b, int shift) {
        long r = a | b;
        c.logicFlags(r << shift >> shift);
        return r;
    }

    public static long xor(Cpu c, long a, long b, int shift) {
        long r = a ^ b;
        c.logicFlags(r << shift >> shift);
        return r;
    }

    public static long inc(Cpu c, long a, int shift) {
        boolean cf = c.cf();
        long r = a + 1;
        record(c, r, a & 1 | (a | 1) & ~r, shift);
        c.setCf(cf);
        return r;
    }

    public static long dec(Cpu c, long a, int shift) {
        boolean cf = c.cf();
        long r = a - 1;
        record(c, r, ~a & 1 | (~a | 1) & r, shift);
        c.setCf(cf);
        return r;
    }

    public static long neg(Cpu c, long a, int shift) {
        return sub(c, 0, a, shift);
    }

    private static void record(Cpu c, long result, long carries, int shift) {
        c.flagResult = result << shift >> shift;
        c.flagAux = carries << shift & TOP | carries & 8;
    }
}
