// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

/**
 * Bytes of RAM whose use ends a run.
 *
 * @param address physical address of the first byte
 * @param length  bytes, at least 1
 * @param reads   data reads end the run
 * @param writes  writes end the run
 */
public record Watch(long address, long length, boolean reads, boolean writes) {

    boolean touches(long at, int size, boolean write) {
        return (write ? writes : reads) && at < address + length && at + size > address;
    }

    boolean onPage(Page page) {
        return page.address < address + length && page.address + Page.SIZE > address;
    }

    /** Hears of every use of watched bytes, on the thread that runs the machine. */
    public interface Listener {
        /** The bytes are about to be written, or have been read. */
        void used(Watch watch, long address, int size, boolean write);
    }
}
