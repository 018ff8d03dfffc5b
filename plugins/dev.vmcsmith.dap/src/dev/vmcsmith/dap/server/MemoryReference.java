// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;

/**
 * A place in one of the address spaces of a stopped machine, as clients pass it around: {@code 0x1000} is a linear address where the
 * processor that stopped last executes; {@code guest-virtual:0x1000}, {@code guest-physical:0x1000}, {@code host-virtual:0x1000} and
 * {@code physical:0x1000} name the space.
 */
record MemoryReference(Space space, long address) {

    /** The address spaces. */
    enum Space {
        /** Linear, as the processor executes now. */
        CURRENT(""),
        /** Linear, through the paging of the guest. */
        GUEST_VIRTUAL("guest-virtual:"),
        /** Through EPT where it is enabled. */
        GUEST_PHYSICAL("guest-physical:"),
        /** Linear, through the paging of root mode. */
        HOST_VIRTUAL("host-virtual:"),
        /** The machine's memory. */
        PHYSICAL("physical:");

        private final String prefix;

        Space(String prefix) {
            this.prefix = prefix;
        }
    }

    /** @throws RequestFailure when the text is no reference */
    static MemoryReference parse(String text) {
        Space space = Space.CURRENT;
        for (Space candidate : Space.values()) {
            if (!candidate.prefix.isEmpty() && text.startsWith(candidate.prefix)) {
                space = candidate;
            }
        }
        try {
            return new MemoryReference(space, HexLong.parse(text.substring(space.prefix.length())));
        } catch (NumberFormatException e) {
            throw new RequestFailure("\"" + text + "\" is not an address: write 0x1000 or guest-physical:0x1000");
        }
    }

    /** Another address of the same space. */
    MemoryReference at(long other) {
        return new MemoryReference(space, other);
    }

    @Override
    public String toString() {
        return space.prefix + HexLong.format(address);
    }
}
