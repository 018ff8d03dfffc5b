// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * A place in one of the address spaces, as the standard requests {@code readMemory}, {@code writeMemory}, {@code disassemble},
 * {@code setInstructionBreakpoints} and {@code dataBreakpointInfo} take it in text: {@code 0x1000} is a linear address where the processor
 * executes; {@code guest-virtual:0x1000}, {@code guest-physical:0x1000}, {@code host-virtual:0x1000} and {@code host-physical:0x1000} name
 * the space.
 *
 * @param space the address space
 * @param address unsigned
 */
public record MemoryReference(MemorySpace space, long address) {

    /**
     * Reads a reference.
     *
     * @throws IllegalArgumentException with a message for the user when the text is no reference
     */
    public static MemoryReference parse(String text) {
        MemorySpace space = MemorySpace.CURRENT;
        int colon = text.indexOf(':');
        for (MemorySpace candidate : MemorySpace.values()) {
            if (colon > 0 && candidate.id().equals(text.substring(0, colon))) {
                space = candidate;
            }
        }
        try {
            return new MemoryReference(space, HexLong.parse(space == MemorySpace.CURRENT ? text : text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address: write 0x1000 or guest-physical:0x1000", e);
        }
    }

    /** Another address of the same space. */
    public MemoryReference at(long other) {
        return new MemoryReference(space, other);
    }

    @Override
    public String toString() {
        return (space == MemorySpace.CURRENT ? "" : space.id() + ":") + HexLong.format(address);
    }
}
