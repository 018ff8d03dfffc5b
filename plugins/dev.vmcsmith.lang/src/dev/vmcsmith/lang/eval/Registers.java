// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The guest's general registers by the names of all their parts. */
final class Registers {
    private static final Map<String, Variable.Register> BY_NAME = make();

    private Registers() {
    }

    static Variable.Register find(String name) {
        return BY_NAME.get(name);
    }

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    private static Map<String, Variable.Register> make() {
        Map<String, Variable.Register> registers = new LinkedHashMap<>();
        String[] legacy = {"ax", "cx", "dx", "bx", null, "bp", "si", "di"};
        for (int i = 0; i < 16; i++) {
            if (i == 4) {
                continue;
            }
            String base = i < 8 ? legacy[i] : "r" + i;
            add(registers, i < 8 ? "r" + base : base, i, 64, false);
            add(registers, i < 8 ? "e" + base : base + "d", i, 32, false);
            add(registers, i < 8 ? base : base + "w", i, 16, false);
            add(registers, i < 4 ? base.charAt(0) + "l" : i < 8 ? base + "l" : base + "b", i, 8, false);
            if (i < 4) {
                add(registers, base.charAt(0) + "h", i, 8, true);
            }
        }
        return registers;
    }

    private static void add(Map<String, Variable.Register> registers, String name, int number, int bits, boolean high) {
        registers.put(name, new Variable.Register(name, number, bits, high));
    }
}
