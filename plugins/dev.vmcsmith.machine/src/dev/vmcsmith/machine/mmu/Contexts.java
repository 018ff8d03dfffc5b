// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import java.util.Arrays;

/**
 * Numbers the translation contexts of the TLB. A context is everything a cached translation depends on besides the address; going
 * back to a recent one finds its entries still there. Dropping a context is giving its key a new number.
 */
final class Contexts {
    private static final int RECENT = 16;
    private static final long PCID = 0xFFF;
    private static final int MAX_ID = 1023;
    private static final long CR0_BITS = 1L << 31 | 1 << 16;
    private static final long CR4_BITS = 1 << 4 | 1 << 5 | 1 << 12 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 22 | 1 << 24;
    private static final long EFER_BITS = 1 << 11 | 1 << 10;

    private final long[] cr3 = new long[RECENT];
    private final long[] mode = new long[RECENT];
    private final long[] keys = new long[RECENT];
    private final long[] eptp = new long[RECENT];
    private final int[] vpid = new int[RECENT];
    private final int[] ids = new int[RECENT];
    private int used;
    private int oldest;
    private int current = -1;
    private int nextId;

    /**
     * The number of the context that the processor is in now.
     *
     * @param eptPointer the EPT pointer and what else decides how EPT translates
     */
    int select(Cpu cpu, long eptPointer, Mmu mmu) {
        boolean paging = cpu.pagingEnabled();
        long c = paging ? cpu.cr3 : 0;
        long m = cpu.cr0 & CR0_BITS | cpu.cr4 & CR4_BITS | (cpu.efer & EFER_BITS) << 32;
        long k = cpu.msr.protectionKeys();
        int v = cpu.intercepts.vpid(cpu) | (cpu.intercepts.nonRoot() ? 0x10000 : 0);
        if (current >= 0 && cr3[current] == c && mode[current] == m && keys[current] == k && eptp[current] == eptPointer && vpid[current] == v) {
            return ids[current];
        }
        for (int i = 0; i < used; i++) {
            if (cr3[i] == c && mode[i] == m && keys[i] == k && eptp[i] == eptPointer && vpid[i] == v) {
                current = i;
                return ids[i];
            }
        }
        int slot = used < RECENT ? used++ : (oldest = (oldest + 1) % RECENT);
        cr3[slot] = c;
        mode[slot] = m;
        keys[slot] = k;
        eptp[slot] = eptPointer;
        vpid[slot] = v;
        if (nextId > MAX_ID) {
            mmu.clear();
            nextId = 0;
            Arrays.fill(cr3, 0, used, -1);
            cr3[slot] = c;
        }
        ids[slot] = nextId++;
        current = slot;
        return ids[slot];
    }

    /** Forgets one linear page in all contexts. */
    void drop(Translations translations, long linear) {
        for (int i = 0; i < used; i++) {
            for (int access = 0; access < 4; access++) {
                translations.drop(linear, (long) ids[i] << 2 | access);
            }
        }
    }

    /** Drops the current context, and others of the same PCID: they differ in the root of the tables, which no processor remembers. */
    void drop() {
        if (current >= 0) {
            long pcid = cr3[current] & PCID;
            for (int i = 0; i < used; i++) {
                if ((cr3[i] & PCID) == pcid && vpid[i] == vpid[current] && eptp[i] == eptp[current] && i != current) {
                    cr3[i] = -1;
                }
            }
            cr3[current] = -1;
            current = -1;
        }
    }

    void reset() {
        forget();
        oldest = 0;
        nextId = 0;
    }

    void forget() {
        used = 0;
        current = -1;
    }
}
