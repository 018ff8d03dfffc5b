// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/**
 * Physical memory as VM entry reads it (MSR areas, page-directory-pointer tables, the VMCS that a link pointer names).
 * Addresses are host-physical; for guest structures under EPT the caller has translated them already.
 */
public interface GuestMemory {
    /** No byte is known. */
    GuestMemory UNKNOWN = new GuestMemory() {
        @Override
        public boolean known(long physicalAddress, int bytes) {
            return false;
        }

        @Override
        public int read8(long physicalAddress) {
            return 0;
        }
    };

    /** Whether all of these bytes are known. */
    boolean known(long physicalAddress, int bytes);

    /** One byte, zero-extended; any value when it is not known. Never throws, whatever the address. */
    int read8(long physicalAddress);

    /** A little-endian doubleword. */
    default int read32(long physicalAddress) {
        return read8(physicalAddress) | read8(physicalAddress + 1) << 8 | read8(physicalAddress + 2) << 16
                | read8(physicalAddress + 3) << 24;
    }

    /** A little-endian quadword. */
    default long read64(long physicalAddress) {
        return read32(physicalAddress) & 0xFFFF_FFFFL | (long) read32(physicalAddress + 4) << 32;
    }
}
