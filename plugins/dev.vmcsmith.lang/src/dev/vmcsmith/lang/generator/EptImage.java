// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import dev.vmcsmith.lang.compiler.EptTables;
import dev.vmcsmith.vmx.ept.EptEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The tables of an EPT for one place in memory, entry by entry. */
final class EptImage {
    private static final int ENTRIES = 512;
    private static final int TABLE = 4096;

    private final long address;
    private final long pointer;
    private final byte[] bytes;
    private final long[] entries;
    private final boolean[] links;
    private final int[] levels;

    /** @param walk levels of the EPT, 4 or 5 */
    EptImage(EptTables tables, int walk, long address) {
        this.address = address;
        this.pointer = tables.pointer(address);
        this.bytes = tables.bytes(address);
        this.entries = entries(tables.bytes(0));
        this.links = new boolean[entries.length];
        this.levels = new int[entries.length / ENTRIES];
        long[] moved = entries(tables.bytes(TABLE));
        levels[0] = walk;
        for (int i = 0; i < entries.length; i++) {
            links[i] = entries[i] != moved[i];
            if (links[i]) {
                levels[(int) ((entries[i] & EptEntry.ADDRESS) / TABLE)] = levels[i / ENTRIES] - 1;
            }
        }
    }

    private static long[] entries(byte[] bytes) {
        long[] entries = new long[bytes.length / 8];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(entries);
        return entries;
    }

    /** Where the tables are meant to lie. */
    long address() {
        return address;
    }

    long pointer() {
        return pointer;
    }

    byte[] bytes() {
        return bytes;
    }

    int tables() {
        return levels.length;
    }

    int level(int table) {
        return levels[table];
    }

    /** An entry as it is when the tables lie at address 0. */
    long entry(int table, int index) {
        return entries[table * ENTRIES + index];
    }

    /** Whether an entry points to another of the tables. */
    boolean link(int table, int index) {
        return links[table * ENTRIES + index];
    }
}
