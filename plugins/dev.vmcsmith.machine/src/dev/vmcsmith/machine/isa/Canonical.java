// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;

/** Canonical addresses: 48 bits, 57 with CR4.LA57. */
final class Canonical {
    private Canonical() {
    }

    static boolean is(Cpu c, long address) {
        int shift = (c.cr4 & 1 << 12) != 0 ? 7 : 16;
        return address << shift >> shift == address;
    }

    /** For MSRs and bases that do not depend on the current paging mode. */
    static boolean isForMsr(Cpu c, long address) {
        int shift = 64 - c.model.linearAddressBits();
        return address << shift >> shift == address;
    }
}
