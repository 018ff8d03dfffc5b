// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.mmu.PagingState;
import dev.vmcsmith.x86.PagingEntry;
import java.util.ArrayList;
import java.util.List;

/** Decodes entries of ordinary paging structures into words. Levels count from the bottom: 1 is a page table. */
final class GuestEntry {
    private GuestEntry() {
    }

    /** The words for an entry's bits. */
    static List<String> bits(long entry, int level, PagingState.Mode mode, boolean leaf) {
        List<String> words = new ArrayList<>();
        if ((entry & PagingEntry.P) == 0) {
            words.add("not present");
            return words;
        }
        words.add("present");
        boolean paeRoot = mode == PagingState.Mode.PAE && level == 3;
        if (!paeRoot) {
            words.add((entry & PagingEntry.RW) != 0 ? "writable" : "read-only");
            words.add((entry & PagingEntry.US) != 0 ? "user" : "supervisor");
        }
        add(words, entry, PagingEntry.PWT, "write-through");
        add(words, entry, PagingEntry.PCD, "cache disabled");
        if (!paeRoot) {
            add(words, entry, PagingEntry.A, "accessed");
        }
        if (leaf) {
            add(words, entry, PagingEntry.D, "dirty");
            add(words, entry, PagingEntry.G, "global");
            add(words, entry, level == 1 ? PagingEntry.PAT_4K : PagingEntry.PAT_LARGE, "PAT");
            words.add(pageSize(level, mode));
        } else {
            words.add("table");
        }
        if (mode != PagingState.Mode.BITS_32) {
            add(words, entry, PagingEntry.XD, "execute-disable");
        }
        return words;
    }

    /** What an entry alone allows: {@code rwxu}; {@code ---} when it is not present. */
    static String rights(long entry, int level, PagingState.Mode mode) {
        if ((entry & PagingEntry.P) == 0) {
            return "---";
        }
        boolean paeRoot = mode == PagingState.Mode.PAE && level == 3;
        boolean executable = mode == PagingState.Mode.BITS_32 || paeRoot || (entry & PagingEntry.XD) == 0;
        return "r" + (paeRoot || (entry & PagingEntry.RW) != 0 ? "w" : "-") + (executable ? "x" : "-")
                + (paeRoot ? "" : (entry & PagingEntry.US) != 0 ? "u" : "s");
    }

    /** The index into IA32_PAT of an entry that maps a page. */
    static int pat(long entry, int level) {
        return ((entry & PagingEntry.PWT) != 0 ? 1 : 0) | ((entry & PagingEntry.PCD) != 0 ? 2 : 0)
                | ((entry & (level == 1 ? PagingEntry.PAT_4K : PagingEntry.PAT_LARGE)) != 0 ? 4 : 0);
    }

    private static String pageSize(int level, PagingState.Mode mode) {
        return level == 1 ? "4-KByte page" : level == 3 ? "1-GByte page" : mode == PagingState.Mode.BITS_32 ? "4-MByte page"
                : "2-MByte page";
    }

    private static void add(List<String> words, long entry, long bit, String name) {
        if ((entry & bit) != 0) {
            words.add(name);
        }
    }
}
