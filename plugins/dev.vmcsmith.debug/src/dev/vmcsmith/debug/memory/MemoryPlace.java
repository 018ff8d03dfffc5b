// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.memory;

import dev.vmcsmith.dap.protocol.HexLong;

/**
 * Where memory is monitored, as a user writes it: {@code SPACE:EXPRESSION}, or an expression alone for linear addresses as the processor
 * executes now.
 *
 * @param space the word of the address space in the protocol; empty for the current one
 * @param expression a number, a symbol, a register, a VMCS field, or arithmetic over these
 */
public record MemoryPlace(String space, String expression) {

    /** Linear addresses of the guest. */
    public static final String GUEST_VIRTUAL = "guest-virtual";

    /** Guest-physical addresses. */
    public static final String GUEST_PHYSICAL = "guest-physical";

    /** Linear addresses of the hypervisor. */
    public static final String HOST_VIRTUAL = "host-virtual";

    /** Addresses of the machine's memory. */
    public static final String HOST_PHYSICAL = "host-physical";

    /** Reads what a user has written. */
    public static MemoryPlace parse(String text) {
        for (String space : new String[] { GUEST_VIRTUAL, GUEST_PHYSICAL, HOST_VIRTUAL, HOST_PHYSICAL }) {
            if (text.startsWith(space + ":")) {
                return new MemoryPlace(space, text.substring(space.length() + 1).strip());
            }
        }
        return new MemoryPlace("", text.strip());
    }

    /** The protocol's reference of an address in the space. */
    public String reference(long address) {
        return (space.isEmpty() ? "" : space + ":") + HexLong.format(address);
    }

    @Override
    public String toString() {
        return (space.isEmpty() ? "" : space + ":") + expression;
    }
}
