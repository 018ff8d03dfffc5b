// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.GuestMemory;
import java.util.HashMap;
import java.util.Map;

/** Memory that is 0 wherever a test writes nothing. */
final class TestMemory implements GuestMemory {
    private final Map<Long, Byte> bytes = new HashMap<>();

    @Override
    public boolean known(long physicalAddress, int count) {
        return true;
    }

    @Override
    public int read8(long physicalAddress) {
        return bytes.getOrDefault(physicalAddress, (byte) 0) & 0xFF;
    }

    void write64(long address, long value) {
        for (int i = 0; i < 8; i++) {
            bytes.put(address + i, (byte) (value >>> 8 * i));
        }
    }
}
