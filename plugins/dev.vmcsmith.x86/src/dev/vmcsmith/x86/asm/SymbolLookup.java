// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.Map;

/** External symbols of an assembly: names that the text uses but does not define. Their values count as constants. */
@FunctionalInterface
public interface SymbolLookup {
    /** No external symbols. */
    SymbolLookup NONE = name -> null;

    /** The value of a case-sensitive name, or null when it is not known. */
    Long valueOf(String name);

    /** Looks names up in a map, which is read when the assembler runs. */
    static SymbolLookup of(Map<String, Long> symbols) {
        return symbols::get;
    }
}
