// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;

/**
 * Numbers the translation contexts of the TLB. A context is everything a cached translation depends on besides the address; going
 * back to a recent one finds its entries still there. Dropping a context is giving its key a new number. Translations of global pages
 * belong to a context of their own, whose key leaves CR3 out.
 */
final class Contexts {
    private static final int RECENT = 16, RECENT_GLOBAL = 8;
    private static final long PCID = 0xFFF;
    private static final int MAX_ID = 1023;
    private static final long CR0_BITS = 1L << 31 | 1 << 16;
    private static final long CR4_BITS = 1 << 4 | 1 << 5 | 1 << 12 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 22 | 1 << 24;
    private static final long EFER_BITS = 1 << 11 | 1 << 10;

    private final Keys own = new Keys(RECENT);
    private final Keys global = new Keys(RECENT_GLOBAL);
    private int nextId;
    /** Number of the context of global translations, after {@link #select}. */
    private int globalId;

    /** The contexts that have a number, by what they depend on. */
    private static final class Keys {
        final long[] cr3;
        final long[] mode;
        final long[] keys;
        final long[] eptp;
        final int[] vpid;
        final int[] ids;
        int used;
        int oldest;
        int current = -1;

        Keys(int size) {
            cr3 = new long[size];
            mode = new long[size];
            keys = new long[size];
            eptp = new long[size];
            vpid = new int[size];
            ids = new int[size];
        }

        private boolean is(int i, long c, long m, long k, long e, int v) {
            return cr3[i] == c && mode[i] == m && keys[i] == k && eptp[i] == e && vpid[i] == v;
        }

        /** Whether there is such a context; then it is the current one. */
        boolean find(long c, long m, long k, long e, int v) {
            if (current >= 0 && is(current, c, m, k, e, v)) {
                return true;
            }
            for (int i = 0; i < used; i++) {
                if (is(i, c, m, k, e, v)) {
                    current = i;
                    return true;
                }
            }
            return false;
        }

        void add(long c, long m, long k, long e, int v, int id) {
            int slot = used < ids.length ? used++ : (oldest = (oldest + 1) % ids.length);
            cr3[slot] = c;
            mode[slot] = m;
            keys[slot] = k;
            eptp[slot] = e;
            vpid[slot] = v;
            ids[slot] = id;
            current = slot;
        }

        int id() {
            return ids[current];
        }

        void drop(Translations translations, long linear) {
            for (int i = 0; i < used; i++) {
                for (int access = 0; access < 4; access++) {
                    translations.drop(linear, (long) ids[i] << 2 | access);
                }
            }
        }

        void forget() {
            used = 0;
            current = -1;
        }
    }

    /** The number of the context that the processor is in now. */
    int select(Cpu cpu, long eptPointer, Mmu mmu) {
        long c = cpu.pagingEnabled() ? cpu.cr3 : 0;
        long m = cpu.cr0 & CR0_BITS | cpu.cr4 & CR4_BITS | (cpu.efer & EFER_BITS) << 32;
        long k = cpu.msr.protectionKeys();
        int v = cpu.intercepts.vpid(cpu) | (cpu.intercepts.nonRoot() ? 0x10000 : 0);
        boolean known = own.find(c, m, k, eptPointer, v);
        boolean globalKnown = global.find(0, m, k, eptPointer, v);
        if (nextId >= MAX_ID && !(known && globalKnown)) {
            mmu.clear();
            forget();
            nextId = 0;
            known = globalKnown = false;
        }
        if (!known) {
            own.add(c, m, k, eptPointer, v, nextId++);
        }
        if (!globalKnown) {
            global.add(0, m, k, eptPointer, v, nextId++);
        }
        globalId = global.id();
        return own.id();
    }

    /** See {@link #select}. */
    int globalId() {
        return globalId;
    }

    /** Forgets one linear page in all contexts. */
    void drop(Translations translations, long linear) {
        own.drop(translations, linear);
        global.drop(translations, linear);
    }

    /**
     * Drops the current context, and others of the same PCID: they differ in the root of the tables, which no processor remembers. Global
     * translations stay.
     */
    void drop() {
        int current = own.current;
        if (current >= 0) {
            long pcid = own.cr3[current] & PCID;
            for (int i = 0; i < own.used; i++) {
                if ((own.cr3[i] & PCID) == pcid && own.vpid[i] == own.vpid[current] && own.eptp[i] == own.eptp[current] && i != current) {
                    own.cr3[i] = -1;
                }
            }
            own.cr3[current] = -1;
            own.current = -1;
        }
    }

    void reset() {
        forget();
        own.oldest = 0;
        global.oldest = 0;
        nextId = 0;
    }

    void forget() {
        own.forget();
        global.forget();
    }
}
