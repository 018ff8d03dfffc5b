// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.vmx.VmcsField;

/**
 * What a data breakpoint watches, and the text that names it for the client: {@code memory:guest-physical:0x1000+8} or
 * {@code vmcs:0x681e}.
 */
sealed interface DataTarget {

    /** The client's identifier. */
    String id();

    /** For the user. */
    String text();

    /** Bytes of memory; which they are is found when the breakpoint first takes effect. */
    record Memory(MemoryReference start, int length) implements DataTarget {
        static final int LONGEST = 4096;

        @Override
        public String id() {
            return "memory:" + start + "+" + length;
        }

        @Override
        public String text() {
            return length + (length == 1 ? " byte at " : " bytes at ") + start;
        }
    }

    /** A field of the processors' current VMCSs. */
    record Field(VmcsField field) implements DataTarget {
        @Override
        public String id() {
            return "vmcs:" + HexLong.format(field.encoding());
        }

        @Override
        public String text() {
            return "VMCS field " + field.qualifiedName();
        }
    }

    /**
     * Reads an identifier.
     *
     * @throws RequestFailure when it is none
     */
    static DataTarget parse(String id) {
        try {
            if (id.startsWith("vmcs:")) {
                VmcsField field = VmcsField.byEncoding((int) HexLong.parse(id.substring("vmcs:".length())));
                if (field != null) {
                    return new Field(field);
                }
            } else if (id.startsWith("memory:")) {
                int plus = id.lastIndexOf('+');
                int length = plus < 0 ? 1 : (int) HexLong.parse(id.substring(plus + 1));
                String place = id.substring("memory:".length(), plus < 0 ? id.length() : plus);
                if (length < 1 || length > Memory.LONGEST) {
                    throw new RequestFailure("a data breakpoint watches 1 to " + Memory.LONGEST + " bytes");
                }
                return new Memory(MemoryReference.parse(place), length);
            }
        } catch (NumberFormatException e) {
            // falls through to the message
        }
        throw new RequestFailure("\"" + id + "\" names no data: write memory:guest-physical:0x1000+8 or vmcs:0x681e");
    }
}
