// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.ArrayList;
import java.util.List;

/**
 * Assembles Intel-syntax text (NASM's flavour) with the instruction table: labels {@code name:} and {@code .local:}, {@code equ},
 * {@code db dw dd dq resb resw resd resq times align org bits default}, expressions with {@code $} and {@code $$}, and
 * {@code %line N "FILE"} for generated text. Jumps and immediates get their shortest form. Numbers are 64-bit; a character constant such as
 * {@code 'SVT'} is read as C compilers do (first character most significant), in {@code db} it is its characters in order.
 * Never throws on bad text: every problem is in the result. Stateless and thread-safe.
 */
public final class Assembler {
    /** Layout normally rests after three or four passes; more means that sizes depend on each other without end. */
    private static final int MAX_PASSES = 64;

    /** Assembles a text. */
    public Assembly assemble(AssemblySource source) {
        return assemble(List.of(source)).get(0);
    }

    /**
     * Assembles several texts that use each other's labels and constants, each at its own address, such as the code blocks of a guest.
     *
     * @return one result per source, in the same order; a name that two sources define is a problem of the later one
     */
    public List<Assembly> assemble(List<AssemblySource> sources) {
        Names names = new Names();
        List<Unit> units = new ArrayList<>(sources.size());
        for (AssemblySource source : sources) {
            units.add(new Unit(source, names));
        }
        boolean changed = true;
        for (int pass = 0; (changed || pass < 2) && pass < MAX_PASSES; pass++) {
            changed = false;
            for (Unit unit : units) {
                changed |= unit.layout();
            }
        }
        List<Assembly> results = new ArrayList<>(units.size());
        for (Unit unit : units) {
            results.add(unit.emit());
        }
        return results;
    }

    /**
     * Assembles one line, such as a line of guest code in an editor.
     *
     * @param address of its first byte
     * @param bits 16, 32 or 64
     * @param symbols labels and constants that the line may use
     */
    public Assembly assembleLine(String line, long address, int bits, SymbolLookup symbols) {
        return assemble(new AssemblySource(line, null, address, bits, symbols));
    }
}
