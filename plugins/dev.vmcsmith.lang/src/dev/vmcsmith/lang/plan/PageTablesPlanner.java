// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.PageMap;
import dev.vmcsmith.lang.hv.PageTables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Builds the guest's paging structures (SDM "Paging") with the largest pages that a range allows. The first byte is what CR3 points to. */
final class PageTablesPlanner {
    private static final long PRESENT = 1;
    private static final long WRITE = 2;
    private static final long USER = 4;
    private static final long PAGE_SIZE = 0x80;
    private static final int PAGE = 4096;

    /** How one paging mode divides addresses; shifts from the root down, the last one being that of 4-KiB pages. */
    private enum Mode {
        LEGACY("legacy", 4, 32, 32, 22, 12),
        PAE("pae", 8, 32, 52, 30, 21, 12),
        LONG("long", 8, 48, 52, 39, 30, 21, 12);

        private final String name;
        private final int entryBytes;
        private final int linearBits;
        private final int physicalBits;
        private final int[] shifts;

        Mode(String name, int entryBytes, int linearBits, int physicalBits, int... shifts) {
            this.name = name;
            this.entryBytes = entryBytes;
            this.linearBits = linearBits;
            this.physicalBits = physicalBits;
            this.shifts = shifts;
        }

        /** The level above 4-KiB pages, the only one with large pages that every processor of the mode has. */
        private int largeLevel() {
            return shifts.length - 2;
        }
    }

    private static final class Table {
        private final int place;
        private final long[] entries = new long[1024];
        private final Table[] children = new Table[1024];

        private Table(int place) {
            this.place = place;
        }
    }

    private final Planning planning;
    private final PageTables origin;
    private final long address;
    private final List<Table> tables = new ArrayList<>();

    /** @param address guest-physical */
    PageTablesPlanner(Planning planning, PageTables origin, long address) {
        this.planning = planning;
        this.origin = origin;
        this.address = address;
    }

    byte[] bytes() {
        Mode mode = mode();
        if (mode == null) {
            return new byte[0];
        }
        if (address % PAGE != 0) {
            planning.error(IssueCodes.MEMORY_RANGE, "page tables lie on a page boundary (4 KiB)", origin,
                    HvPackage.Literals.PAGE_TABLES__ADDRESS);
        }
        Table root = table();
        origin.getMaps().forEach(map -> map(mode, root, map));
        ByteBuffer out = ByteBuffer.allocate(tables.size() * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        for (Table table : tables) {
            for (int i = 0; i < PAGE / mode.entryBytes; i++) {
                long entry = table.children[i] == null ? table.entries[i] : address + (long) table.children[i].place * PAGE | link(mode,
                        table);
                if (mode.entryBytes == 4) {
                    out.putInt((int) entry);
                } else {
                    out.putLong(entry);
                }
            }
        }
        return out.array();
    }

    /** Rights of an entry that points to a table: all, but those of PAE's page-directory pointers are reserved. */
    private static long link(Mode mode, Table table) {
        return mode == Mode.PAE && table.place == 0 ? PRESENT : PRESENT | WRITE | USER;
    }

    private Mode mode() {
        for (Mode mode : Mode.values()) {
            if (mode.name.equals(origin.getMode())) {
                return mode;
            }
        }
        if (origin.getMode() != null) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("paging mode", origin.getMode(), List.of("legacy", "pae", "long"))
                    + " (known: legacy, pae, long)", origin, HvPackage.Literals.PAGE_TABLES__MODE);
        }
        return null;
    }

    private Table table() {
        Table table = new Table(tables.size());
        tables.add(table);
        return table;
    }

    private void map(Mode mode, Table root, PageMap map) {
        OptionalLong from = planning.constant(map.getFrom());
        OptionalLong end = map.getTo() != null ? planning.constant(map.getTo()) : planning.constant(map.getSize());
        OptionalLong target = map.isIdentity() ? from : planning.constant(map.getTarget());
        if (from.isEmpty() || end.isEmpty() || target.isEmpty()) {
            return;
        }
        long to = map.getTo() != null ? end.getAsLong() : from.getAsLong() + end.getAsLong();
        if (check(mode, map, from.getAsLong(), to, target.getAsLong())) {
            fill(mode, root, from.getAsLong(), to, target.getAsLong(), rights(map));
        }
    }

    private boolean check(Mode mode, PageMap map, long from, long to, long target) {
        if (to <= from || from < 0 || to > 1L << mode.linearBits || target < 0 || target + (to - from) > 1L << mode.physicalBits) {
            return wrong(map, "a range ends after its start, and both ends have addresses in this paging mode",
                    HvPackage.Literals.PAGE_MAP__FROM);
        }
        if (to - from > 4L << 30) {
            return wrong(map, "a range of page tables covers up to 4 GiB", HvPackage.Literals.PAGE_MAP__FROM);
        }
        return (from | to | target) % PAGE == 0 || wrong(map, "ranges of pages begin and end on page boundaries (4 KiB)",
                HvPackage.Literals.PAGE_MAP__FROM);
    }

    private boolean wrong(PageMap map, String message, EStructuralFeature feature) {
        planning.error(IssueCodes.MEMORY_RANGE, message, map, feature);
        return false;
    }

    private long rights(PageMap map) {
        String rights = map.getRights() == null ? "rwu" : map.getRights();
        if (rights.indexOf('x') >= 0 || rights.indexOf('r') < 0) {
            planning.error(IssueCodes.BAD_VALUE, "the rights of a guest's page are r, rw, ru or rwu (u: for user mode too)", map,
                    HvPackage.Literals.PAGE_MAP__RIGHTS);
        }
        return PRESENT | (rights.indexOf('w') >= 0 ? WRITE : 0) | (rights.indexOf('u') >= 0 ? USER : 0);
    }

    private void fill(Mode mode, Table root, long from, long to, long target, long rights) {
        int last = mode.shifts.length - 1;
        long linear = from;
        while (linear < to) {
            long physical = target + (linear - from);
            long large = 1L << mode.shifts[mode.largeLevel()];
            int level = ((linear | physical) & large - 1) == 0 && to - linear >= large ? mode.largeLevel() : last;
            Table table = root;
            for (int upper = 0; upper < level; upper++) {
                int index = index(mode, upper, linear);
                if (table.children[index] == null) {
                    table.children[index] = split(mode, upper, table.entries[index]);
                }
                table = table.children[index];
            }
            int index = index(mode, level, linear);
            if (table.children[index] == null) {
                table.entries[index] = physical | rights | (level == last ? 0 : PAGE_SIZE);
                linear += 1L << mode.shifts[level];
            } else {
                linear = below(mode, table.children[index], linear, physical, rights);
            }
        }
    }

    /** A table in the place of an entry, with the same meaning when that mapped a large page. */
    private Table split(Mode mode, int level, long entry) {
        Table table = table();
        if ((entry & PRESENT) != 0) {
            long size = 1L << mode.shifts[level + 1];
            for (int i = 0; i < PAGE / mode.entryBytes; i++) {
                table.entries[i] = (entry & ~PAGE_SIZE) + i * size;
            }
        }
        return table;
    }

    /** Fills a large page's place with small pages because some of them are mapped already. */
    private static long below(Mode mode, Table table, long linear, long physical, long rights) {
        for (int i = 0; i < PAGE / mode.entryBytes; i++) {
            table.entries[i] = physical + (long) i * PAGE | rights;
        }
        return linear + (1L << mode.shifts[mode.largeLevel()]);
    }

    private static int index(Mode mode, int level, long linear) {
        int bits = mode.entryBytes == 4 ? 10 : 9;
        return (int) (linear >>> mode.shifts[level]) & (1 << bits) - 1;
    }
}
