// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.PageMap;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.x86.PagingEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Builds the guest's paging structures (SDM "Paging") with the largest pages that a range allows. The first byte is what CR3 points to. */
public final class PageTablesPlanner {
    /** Paging modes by name: 32-bit paging without and with 4-MiB pages, PAE paging, 4-level and 5-level paging. */
    public static final List<String> MODES = Arrays.stream(Mode.values()).map(mode -> mode.name).toList();
    /** Words that can follow the rights of a range, with their bits. */
    public static final Map<String, Long> OPTIONS = Map.of("no-execute", PagingEntry.XD, "global", PagingEntry.G, "write-through",
            PagingEntry.PWT, "cache-disable", PagingEntry.PCD, "accessed", PagingEntry.A, "dirty", PagingEntry.D);

    private static final long PRESENT = 1;
    private static final long WRITE = 2;
    private static final long USER = 4;
    private static final long PAGE_SIZE = 0x80;
    private static final int PAGE = 4096;

    /** How one paging mode divides addresses; its largest page, and shifts from the root down to that of 4-KiB pages. */
    private enum Mode {
        LEGACY("legacy", 4, 32, 32, 12, 22, 12),
        PSE("pse", 4, 32, 40, 22, 22, 12),
        PAE("pae", 8, 32, 52, 21, 30, 21, 12),
        LONG("long", 8, 48, 52, 30, 39, 30, 21, 12),
        LONG_5("long-5", 8, 57, 52, 30, 48, 39, 30, 21, 12);

        private final String name;
        private final int entryBytes;
        private final int linearBits;
        private final int physicalBits;
        private final int largestShift;
        private final int[] shifts;

        Mode(String name, int entryBytes, int linearBits, int physicalBits, int largestShift, int... shifts) {
            this.name = name;
            this.entryBytes = entryBytes;
            this.linearBits = linearBits;
            this.physicalBits = physicalBits;
            this.largestShift = largestShift;
            this.shifts = shifts;
        }

        /** Bytes of the largest page that every processor of the mode has. */
        private long usual() {
            return 1L << Math.min(largestShift, entryBytes == 8 ? 21 : 22);
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
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("paging mode", origin.getMode(), MODES) + " (known: "
                    + String.join(", ", MODES) + ")", origin, HvPackage.Literals.PAGE_TABLES__MODE);
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
            fill(mode, root, from.getAsLong(), to, target.getAsLong(), rights(map) | options(mode, map), largest(mode, map));
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

    private long options(Mode mode, PageMap map) {
        long bits = 0;
        for (int i = 0; i < map.getOptions().size(); i++) {
            String option = map.getOptions().get(i);
            Long bit = OPTIONS.get(option);
            if (bit == null || bit == PagingEntry.XD && mode.entryBytes == 4) {
                planning.findings().add(Finding.error(IssueCodes.UNKNOWN_NAME, bit != null ? "32-bit paging has no execute-disable bit"
                        : Suggestions.unknown("option of pages", option, OPTIONS.keySet()) + " (known: " + String.join(", ",
                                new TreeSet<>(OPTIONS.keySet())) + ")", map, HvPackage.Literals.PAGE_MAP__OPTIONS).at(i));
            } else {
                bits |= bit;
            }
        }
        return bits;
    }

    private long largest(Mode mode, PageMap map) {
        OptionalLong size = map.getPageSize() == null ? OptionalLong.empty() : planning.constant(map.getPageSize());
        if (size.isEmpty()) {
            return mode.usual();
        }
        boolean known = Arrays.stream(mode.shifts).anyMatch(shift -> shift <= mode.largestShift && 1L << shift == size.getAsLong());
        if (!known) {
            planning.error(IssueCodes.BAD_VALUE, "pages of " + mode.name + " paging have " + String.join(" or ", Arrays.stream(mode.shifts)
                    .filter(shift -> shift <= mode.largestShift).mapToObj(shift -> (1L << shift - 10) + " KiB").toList()), map,
                    HvPackage.Literals.PAGE_MAP__PAGE_SIZE);
        }
        return known ? size.getAsLong() : mode.usual();
    }

    private void fill(Mode mode, Table root, long from, long to, long target, long bits, long largest) {
        long linear = from;
        while (linear < to) {
            linear += page(mode, root, linear, target + (linear - from), Math.min(to - linear, largest), bits);
        }
    }

    /** Maps one page, the largest that fits and whose place no table has; answers its size. */
    private long page(Mode mode, Table root, long linear, long physical, long room, long bits) {
        int last = mode.shifts.length - 1;
        Table table = root;
        for (int level = 0; ; level++) {
            long size = 1L << mode.shifts[level];
            int index = index(mode, level, linear);
            boolean fits = level == last || mode.shifts[level] <= mode.largestShift && ((linear | physical) & size - 1) == 0 && size <= room
                    && table.children[index] == null;
            if (fits) {
                table.entries[index] = large(mode, physical) | bits | (level == last ? 0 : PAGE_SIZE);
                return size;
            }
            if (table.children[index] == null) {
                table.children[index] = split(mode, level, table.entries[index]);
            }
            table = table.children[index];
        }
    }

    /** Bits 39:32 of the address of a 4-MiB page are in bits 20:13 of its entry (SDM "32-Bit Paging"). */
    private static long large(Mode mode, long physical) {
        return mode.entryBytes == 8 ? physical : physical & 0xFFFF_FFFFL | (physical >>> 32 & 0xFF) << 13;
    }

    /** A table in the place of an entry, with the same meaning when that mapped a large page. */
    private Table split(Mode mode, int level, long entry) {
        Table table = table();
        if ((entry & PRESENT) != 0) {
            long size = 1L << mode.shifts[level + 1];
            long kept = level + 1 == mode.shifts.length - 1 ? entry & ~PAGE_SIZE : entry;
            for (int i = 0; i < PAGE / mode.entryBytes; i++) {
                table.entries[i] = kept + i * size;
            }
        }
        return table;
    }

    private static int index(Mode mode, int level, long linear) {
        int bits = mode.entryBytes == 4 ? 10 : 9;
        return (int) (linear >>> mode.shifts[level]) & (1 << bits) - 1;
    }
}
