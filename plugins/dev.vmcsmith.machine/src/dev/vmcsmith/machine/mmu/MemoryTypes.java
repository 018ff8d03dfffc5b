// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.vmx.ept.EptEntry;

/** Effective memory types (SDM "Selecting Memory Types" and "EPT and Memory Typing"). */
final class MemoryTypes {
    private static final int UC = 0;
    private static final int WC = 1;
    private static final int WT = 4;
    private static final int WP = 5;
    private static final int WB = 6;
    private static final int UC_MINUS = 7;

    private MemoryTypes() {
    }

    /** Name of a type as the PAT encodes it. */
    static String name(int type) {
        return type == UC_MINUS ? "UC-" : EptEntry.memoryTypeName(type);
    }

    /** The entry of IA32_PAT that a leaf selects. */
    static int ofPat(long pat, int index) {
        return (int) (pat >>> 8 * index) & 7;
    }

    /**
     * The type that follows from the PAT's type and the type of the MTRRs, whose part the EPT entry plays for a guest.
     */
    static int combine(int range, int pat) {
        return switch (pat) {
            case UC -> UC;
            case WC -> WC;
            case UC_MINUS -> range == WC || range == WP ? WC : UC;
            case WT -> range == UC || range == WC ? UC : WT;
            case WP -> range == UC || range == WC ? UC : range == WT ? WT : WP;
            case WB -> range;
            default -> UC;
        };
    }
}
