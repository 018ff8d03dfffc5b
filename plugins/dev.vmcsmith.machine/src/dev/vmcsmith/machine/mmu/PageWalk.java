// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import java.util.List;

/**
 * How one linear or guest-physical address is translated: the two-dimensional walk as the grid it is.
 *
 * @param address       where the walk starts
 * @param linear        it is a linear address, otherwise a guest-physical one
 * @param state         what the translation depends on
 * @param hlat          the guest's paging begins at the HLAT pointer instead of CR3
 * @param steps         the columns, in the order of the walk; the walk ends with the column that fails
 * @param guestPhysical result of the guest's paging, -1 when the walk did not reach it
 * @param physical      physical address of the machine, -1 when the walk failed
 * @param pageSize      bytes of the smaller of the two pages, 0 when the walk failed
 * @param rights        combined, as {@code rwx}, {@code r--}, with {@code u} or {@code s} for user or supervisor pages of a guest's paging
 * @param memoryType    combined effective type such as {@code WB}; empty when the walk failed
 * @param failure       why there is no translation; null when there is one
 */
public record PageWalk(
        long address, boolean linear, PagingState state, boolean hlat, List<Step> steps, long guestPhysical, long physical, long pageSize,
        String rights, String memoryType, Failure failure) {

    /**
     * One column: the EPT entries that translate a guest-physical address, and the guest's own entry found there.
     *
     * @param level   5..1 of the guest's entry; 0 for the last column, which translates the final guest-physical address
     * @param address guest-physical (without EPT: physical) address that is translated here
     * @param ept     the EPT entries read, from the root down; empty without EPT
     * @param guest   the guest's entry; null in the last column, or where EPT failed
     */
    public record Step(int level, long address, List<Entry> ept, Entry guest) {
    }

    /**
     * One entry read.
     *
     * @param ept     an entry of the EPT, otherwise of the guest's own paging structures
     * @param level   5..1
     * @param index   index within its table
     * @param address physical address of the machine where it lies
     * @param value   raw value
     * @param leaf    it maps a page
     * @param failing the walk fails here
     */
    public record Entry(boolean ept, int level, int index, long address, long value, boolean leaf, boolean failing) {
        private static final String[] NAMES = {"", "PTE", "PDE", "PDPTE", "PML4E", "PML5E"};

        /** The SDM's name, such as {@code PDPTE} or {@code EPT PDE}. */
        public String name() {
            return ept ? "EPT " + name(level) : name(level);
        }

        /** The SDM's name of a guest's entry of this level. */
        public static String name(int level) {
            return NAMES[level];
        }

        Entry failed() {
            return new Entry(ept, level, index, address, value, leaf, true);
        }
    }

    /** What the processor does instead of the access. */
    public enum Kind { GENERAL_PROTECTION, PAGE_FAULT, EPT_VIOLATION, EPT_MISCONFIGURATION, SPP_EVENT, ENTRY_FAILURE }

    /**
     * Why a translation fails.
     *
     * @param step     index of the failing column, -1 when no entry is to blame
     * @param eptEntry index of the failing EPT entry in it, -1 when the guest's entry fails
     * @param reason   one sentence, such as {@code the EPT PTE does not allow writes}
     * @param kind     what happens
     * @param code     the error code of a page fault, the qualification of an EPT violation or SPP-related event; otherwise 0
     * @param consequence the same in words, such as {@code VM exit 49 EPT misconfiguration}
     * @param remedy   which bit of which entry to change; null when there is no such bit
     */
    public record Failure(int step, int eptEntry, String reason, Kind kind, long code, String consequence, String remedy) {
        Failure at(int column) {
            return new Failure(column, eptEntry, reason, kind, code, consequence, remedy);
        }
    }

    /** Whether the address has a translation that allows the access. */
    public boolean succeeded() {
        return failure == null;
    }

    /** The paging mode in words: "none", "32-bit", "PAE", "4-level", "5-level". */
    public String mode() {
        return linear ? state.mode().text() : PagingState.Mode.NONE.text();
    }

    /** What happens instead of the access, such as "#PF(0x2)" or "VM exit 49 EPT misconfiguration"; null when it is allowed. */
    public String fault() {
        if (failure == null) {
            return null;
        }
        return failure.kind == Kind.PAGE_FAULT ? "#PF(0x" + Long.toHexString(failure.code) + ")" : failure.consequence;
    }
}
