// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.image.Segment;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the parts of the image lie. The hypervisor has one range of physical memory: header, data with contents, zeroed areas, code. It
 * begins at the lowest 1-MiB boundary where it touches neither guest memory nor, if that is possible, what the EPT gives to the guest.
 */
final class ImageLayout {
    private static final long MIB = 1L << 20;
    private static final long PAGE = 4096;
    /** Room for the code at first; it is assembled when everything else has its address. */
    private static final long CODE_ROOM = 1L << 18;

    private record Area(String name, long size, byte[] content) {
    }

    private final List<Area> areas = new ArrayList<>();
    private final Map<String, Long> addresses = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private long base;
    private long code;
    private long codeRoom = CODE_ROOM;

    /** Adds an area of zeros, page by page. */
    void zeros(String name, long size) {
        areas.add(new Area(name, size, null));
    }

    /** Adds an area whose content is known when its address is. */
    void reserve(String name, int size) {
        areas.add(new Area(name, size, new byte[0]));
    }

    /** Bytes of physical memory that everything takes. */
    long size() {
        return PAGE + codeRoom + areas.stream().mapToLong(area -> up(area.size)).sum();
    }

    /** Gives every area its address: header page, contents, zeros, code. False when the machine has no room. */
    boolean place(SetupPlan plan) {
        base = free(plan, size());
        if (base < 0) {
            return false;
        }
        long at = base + PAGE;
        for (boolean zeros : new boolean[] {false, true}) {
            for (Area area : areas) {
                if (area.content == null == zeros) {
                    addresses.put(area.name, at);
                    sizes.put(area.name, (int) area.size);
                    at += up(area.size);
                }
            }
        }
        code = at;
        return true;
    }

    /** Whether code of this size fits; when it does not, the next placing makes room for it. */
    boolean holds(long codeSize) {
        boolean fits = codeSize <= codeRoom;
        codeRoom = Math.max(codeRoom, up(codeSize));
        return fits;
    }

    long base() {
        return base;
    }

    /** Where the code begins. */
    long code() {
        return code;
    }

    long address(String area) {
        return addresses.get(area);
    }

    /** Symbols for the areas, of the kind OBJECT. */
    List<Symbol> symbols() {
        return addresses.entrySet().stream().map(e -> new Symbol(e.getKey(), e.getValue(), sizes.get(e.getKey()),
                Symbol.Kind.OBJECT)).toList();
    }

    /** Segments of the zeroed areas: they follow each other, so they are one. */
    Segment zeroSegment() {
        long first = Long.MAX_VALUE;
        for (Area area : areas) {
            if (area.content == null) {
                first = Math.min(first, addresses.get(area.name));
            }
        }
        return new Segment(".bss", first, first, new byte[0], code - first, Segment.READ | Segment.WRITE);
    }

    private static long up(long size) {
        return (size + PAGE - 1) & -PAGE;
    }

    private static long free(SetupPlan plan, long size) {
        List<long[]> guest = new ArrayList<>();
        GuestMemory.pieces(plan).forEach(piece -> guest.add(new long[] {piece.host(), piece.host() + piece.block().bytes().length}));
        List<long[]> given = new ArrayList<>(guest);
        for (VmcsPlan vmcs : plan.allLaunched()) {
            if (vmcs.ept() != null) {
                vmcs.ept().ranges().stream().filter(EptPlan.Range::mapped).forEach(r -> given.add(new long[] {r.target(), r.target()
                        + (r.to() - r.from())}));
            }
        }
        long limit = plan.machine().config().memoryBytes();
        long apart = lowest(given, size, limit);
        return apart >= 0 ? apart : lowest(guest, size, limit);
    }

    /** The lowest free address, -1 when there is none. */
    private static long lowest(List<long[]> taken, long size, long limit) {
        for (long at = MIB; at + size <= limit; at += MIB) {
            long start = at;
            if (taken.stream().noneMatch(range -> range[0] < start + size && start < range[1])) {
                return at;
            }
        }
        return -1;
    }

    /** Where guest memory lies in the machine; -1 when the EPT does not map it. */
    static long hostAddress(EptPlan ept, long guestAddress) {
        return ept == null ? guestAddress : ept.translate(guestAddress);
    }
}
