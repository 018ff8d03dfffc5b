// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The paging structures of one EPT, with the largest pages that ranges and processor allow. */
public final class EptTables {
    private static final int TABLE_BYTES = 4096;

    /** One table; its address is its place in the list of tables. */
    private static final class Table {
        private final long[] entries = new long[512];
        private final Table[] children = new Table[512];
        private int place;
    }

    private final EptPlan plan;
    private final boolean gigabytePages;
    private final List<Table> tables = new ArrayList<>();
    private long capabilities;

    public EptTables(EptPlan plan, VmxCapabilities cpu) {
        this.plan = plan;
        this.gigabytePages = cpu.eptVpid(EptVpidCapability.PAGE_1G);
        need(plan.walk() == 5 ? EptVpidCapability.PAGE_WALK_5 : EptVpidCapability.PAGE_WALK_4);
        need(plan.memoryType() == EptEntry.WB ? EptVpidCapability.EPT_WRITE_BACK : EptVpidCapability.EPT_UNCACHEABLE);
        if (plan.accessedDirty()) {
            need(EptVpidCapability.ACCESSED_DIRTY);
        }
        Table root = table();
        for (EptPlan.Range piece : pieces()) {
            map(root, piece);
        }
    }

    /** Bits of IA32_VMX_EPT_VPID_CAP that the tables rely on. */
    long capabilities() {
        return capabilities;
    }

    int size() {
        return tables.size() * TABLE_BYTES;
    }

    /** The value of the EPT-pointer field when the tables are at this address. */
    public long pointer(long address) {
        return Eptp.encode(address, plan.memoryType(), plan.walk(), plan.accessedDirty());
    }

    /** The tables for a place in memory. */
    public byte[] bytes(long address) {
        ByteBuffer out = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
        for (Table table : tables) {
            for (int i = 0; i < 512; i++) {
                Table child = table.children[i];
                out.putLong(child == null ? table.entries[i] : EptEntry.table(address + (long) child.place * TABLE_BYTES));
            }
        }
        return out.array();
    }

    private void need(EptVpidCapability capability) {
        capabilities |= 1L << capability.bit();
    }

    private Table table() {
        Table table = new Table();
        table.place = tables.size();
        tables.add(table);
        return table;
    }

    /** The mapped ranges without overlaps, neighbours that go on with each other joined. */
    private List<EptPlan.Range> pieces() {
        TreeSet<Long> borders = new TreeSet<>();
        plan.ranges().forEach(range -> {
            borders.add(range.from());
            borders.add(range.to());
        });
        List<EptPlan.Range> pieces = new ArrayList<>();
        for (Long from : borders) {
            Long to = borders.higher(from);
            EptPlan.Range range = to == null ? null : plan.at(from);
            if (range == null || !range.mapped()) {
                continue;
            }
            long target = range.target() + (from - range.from());
            EptPlan.Range last = pieces.isEmpty() ? null : pieces.getLast();
            if (last != null && last.to() == from && last.target() + (from - last.from()) == target && last.rights() == range.rights()
                    && last.memoryType() == range.memoryType() && last.largest() == range.largest()) {
                pieces.removeLast();
                pieces.add(new EptPlan.Range(last.from(), to, last.target(), last.rights(), last.memoryType(), last.largest()));
            } else {
                pieces.add(new EptPlan.Range(from, to, target, range.rights(), range.memoryType(), range.largest()));
            }
        }
        return pieces;
    }

    private void map(Table root, EptPlan.Range piece) {
        long address = piece.from();
        while (address < piece.to()) {
            long target = piece.target() + (address - piece.from());
            int level = level(address, target, Math.min(piece.to() - address, piece.largest() == 1L << 30 ? Long.MAX_VALUE
                    : piece.largest()));
            Table table = root;
            for (int upper = plan.walk(); upper > level; upper--) {
                int index = EptEntry.index(address, upper);
                if (table.children[index] == null) {
                    table.children[index] = table();
                }
                table = table.children[index];
            }
            table.entries[EptEntry.index(address, level)] = EptEntry.leaf(target, level, piece.rights(), piece.memoryType());
            address += EptEntry.pageSize(level);
        }
    }

    /** The level of the largest page that fits. */
    private int level(long address, long target, long length) {
        if (gigabytePages && fits(3, address, target, length)) {
            need(EptVpidCapability.PAGE_1G);
            return 3;
        }
        if (fits(2, address, target, length)) {
            need(EptVpidCapability.PAGE_2M);
            return 2;
        }
        return 1;
    }

    private static boolean fits(int level, long address, long target, long length) {
        long size = EptEntry.pageSize(level);
        return ((address | target) & size - 1) == 0 && length >= size;
    }
}
