// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/**
 * What an assembler run starts from.
 *
 * @param text the assembly text
 * @param file name for the line map and problems where the text has no {@code %line} directive; may be null
 * @param origin address of the first byte ({@code org} in the text overrides it)
 * @param bits code size before the first {@code bits} directive: 16, 32 or 64
 * @param symbols external symbols
 */
public record AssemblySource(String text, String file, long origin, int bits, SymbolLookup symbols) {
    /** A text at address 0 without external symbols. */
    public static AssemblySource of(String text, int bits) {
        return new AssemblySource(text, null, 0, bits, SymbolLookup.NONE);
    }

    /** The same source at another address. */
    public AssemblySource at(long address) {
        return new AssemblySource(text, file, address, bits, symbols);
    }

    /** The same source with external symbols. */
    public AssemblySource with(SymbolLookup external) {
        return new AssemblySource(text, file, origin, bits, external);
    }

    /** The same source with a file name for the line map. */
    public AssemblySource in(String fileName) {
        return new AssemblySource(text, fileName, origin, bits, symbols);
    }
}
