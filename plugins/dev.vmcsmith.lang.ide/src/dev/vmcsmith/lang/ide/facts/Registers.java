// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.x86.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The registers that assembly can name. */
public final class Registers {
    private static final int[] WIDTHS = {64, 32, 16, 8};
    private static final Set<String> ALL = new HashSet<>(named(64));

    static {
        ALL.addAll(named(32));
    }

    private Registers() {
    }

    public static boolean isRegister(String name) {
        return ALL.contains(name.toLowerCase(Locale.ROOT));
    }

    /** All registers of code of 16, 32 or 64 bits, the widest general-purpose ones first. */
    public static List<String> named(int bits) {
        List<String> names = new ArrayList<>();
        int count = bits == 64 ? Gpr.COUNT : 8;
        for (int width : WIDTHS) {
            for (int number = 0; number < count && (width <= bits || bits == 16 && width == 32); number++) {
                boolean needsRex = width == 8 && number >= 4;
                if (bits == 64 || !needsRex) {
                    names.add(Gpr.name(number, width));
                }
            }
        }
        for (int number = Gpr.AH; number <= Gpr.BH; number++) {
            names.add(Gpr.name(number, 8));
        }
        names.addAll(List.of("cs", "ds", "es", "fs", "gs", "ss", "cr0", "cr2", "cr3", "cr4"));
        if (bits == 64) {
            names.add("cr8");
        }
        Arrays.stream(new int[] {0, 1, 2, 3, 6, 7}).forEach(number -> names.add("dr" + number));
        for (int number = 0; number < 8; number++) {
            names.add("st" + number);
            names.add("mm" + number);
        }
        for (int number = 0; number < count; number++) {
            names.add("xmm" + number);
        }
        return names;
    }
}
