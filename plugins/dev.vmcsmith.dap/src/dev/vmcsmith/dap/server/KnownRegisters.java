// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.x86.Gpr;
import java.util.OptionalLong;

/** The general registers of a function as far as they are known, numbered as instructions encode them. Immutable. */
final class KnownRegisters {
    private final long[] values = new long[Gpr.COUNT];
    private final int known;

    private KnownRegisters(KnownRegisters from, int known) {
        System.arraycopy(from.values, 0, values, 0, values.length);
        this.known = known;
    }

    /** Those of a frame. */
    KnownRegisters(RegisterFile frame) {
        int all = 0;
        for (int i = 0; i < Gpr.COUNT; i++) {
            OptionalLong value = frame.get(Gpr.name(i, 64));
            values[i] = value.orElse(0);
            all |= value.isPresent() ? 1 << i : 0;
        }
        known = all;
    }

    OptionalLong get(int register) {
        return (known & 1 << register) == 0 ? OptionalLong.empty() : OptionalLong.of(values[register]);
    }

    /** The same with one register's value. */
    KnownRegisters with(int register, long value) {
        KnownRegisters copy = new KnownRegisters(this, known | 1 << register);
        copy.values[register] = value;
        return copy;
    }

    /** The same without what is known of one register. */
    KnownRegisters without(int register) {
        return new KnownRegisters(this, known & ~(1 << register));
    }

    /** Those of a set of registers. */
    KnownRegisters only(int set) {
        return new KnownRegisters(this, known & set);
    }
}
