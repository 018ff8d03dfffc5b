// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.memory.Page;
import java.util.Arrays;

/**
 * Guest-physical pages that hold the guest's paging structures, with their translation through EPT: cached guest-physical mappings
 * (SDM "Caching Translation Information"), valid until INVEPT, another EPT pointer or an EPT violation.
 */
final class StructurePages {
    private static final int ENTRIES = 512;
    private static final int GENERATIONS = 1 << 12;
    private static final long PAGE = ~0xFFFL;

    private final long[] tags = new long[ENTRIES];
    private final Page[] pages = new Page[ENTRIES];
    private int generation = 1;

    Page find(long guestPhysical) {
        int x = (int) (guestPhysical >>> 12) & ENTRIES - 1;
        return tags[x] == (guestPhysical & PAGE | generation) ? pages[x] : null;
    }

    void put(long guestPhysical, Page page) {
        int x = (int) (guestPhysical >>> 12) & ENTRIES - 1;
        tags[x] = guestPhysical & PAGE | generation;
        pages[x] = page;
    }

    void drop(long guestPhysical) {
        tags[(int) (guestPhysical >>> 12) & ENTRIES - 1] = 0;
    }

    /** Forgets everything. */
    void clear() {
        if (++generation == GENERATIONS) {
            generation = 1;
            Arrays.fill(tags, 0);
        }
    }
}
