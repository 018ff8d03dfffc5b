// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.OperandKind.File;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A register that text can name.
 *
 * @param number in its file; {@link Gpr#AH} and up for the high bytes, {@link Instruction#RIP} for RIP and EIP
 * @param width bits
 */
record Register(String name, File file, int number, int width) {
    private static final Map<String, Register> BY_NAME = new HashMap<>(512);

    static {
        for (int number = 0; number < Gpr.COUNT; number++) {
            for (int width = 8; width <= 64; width *= 2) {
                add(Gpr.name(number, width), File.GPR, number, width);
            }
            String digits = Integer.toString(number);
            add("cr".concat(digits), File.CONTROL, number, 0);
            add("dr".concat(digits), File.DEBUG, number, 0);
            add("xmm".concat(digits), File.XMM, number, 128);
            if (number < 8) {
                add("mm".concat(digits), File.MMX, number, 64);
                add("st".concat(digits), File.X87, number, 80);
            }
        }
        for (int number = Gpr.AH; number <= Gpr.BH; number++) {
            add(Gpr.name(number, 8), File.GPR, number, 8);
        }
        for (int number = 0; number < Seg.COUNT; number++) {
            add(Seg.name(number), File.SEGMENT, number, 16);
        }
        add("st", File.X87, 0, 80);
        add("rip", File.GPR, Instruction.RIP, 64);
        add("eip", File.GPR, Instruction.RIP, 32);
    }

    private static void add(String name, File file, int number, int width) {
        BY_NAME.put(name, new Register(name, file, number, width));
    }

    /** The register of a name in any case, or null. */
    static Register named(String name) {
        if (name.length() > 5) {
            return null;
        }
        Register register = BY_NAME.get(name);
        return register != null ? register : BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    boolean isInstructionPointer() {
        return number == Instruction.RIP && width > 8 && file == File.GPR;
    }

    boolean isByteNeedingRex() {
        return width == 8 && number >= 4 && number < 8;
    }
}
