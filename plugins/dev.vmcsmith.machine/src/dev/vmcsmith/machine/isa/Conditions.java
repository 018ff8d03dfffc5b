// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;

/** The sixteen condition codes. */
public final class Conditions {
    private Conditions() {
    }

    public static boolean test(Cpu c, int condition) {
        return switch (condition) {
            case 0 -> c.of();
            case 1 -> !c.of();
            case 2 -> c.cf();
            case 3 -> !c.cf();
            case 4 -> c.zf();
            case 5 -> !c.zf();
            case 6 -> c.cf() || c.zf();
            case 7 -> !c.cf() && !c.zf();
            case 8 -> c.sf();
            case 9 -> !c.sf();
            case 10 -> c.pf();
            case 11 -> !c.pf();
            case 12 -> c.sf() != c.of();
            case 13 -> c.sf() == c.of();
            case 14 -> c.zf() || c.sf() != c.of();
            default -> !c.zf() && c.sf() == c.of();
        };
    }
}
