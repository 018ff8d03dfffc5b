// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * One translation explained: the two-dimensional walk as the grid it is.
 *
 * <p>Each {@link Step} is a column: the EPT entries that translate one guest-physical address, and below them the entry of the guest's own
 * paging structure found there. The last column of a complete walk translates the final guest-physical address and has no guest entry.
 * Without EPT the columns have no EPT cells; for a guest-physical address there is only the last column; without paging likewise.
 *
 * @param address where the walk starts
 * @param space what kind of address that is
 * @param access for which access
 * @param paging the paging mode of the guest (or of root mode), such as {@code 4-level}, {@code PAE}, {@code 32-bit}, {@code none}
 * @param root name and value of what the walk starts from, such as {@code CR3 = 0x20000} or {@code EPTP = 0x10001e}; empty without tables
 * @param eptLevels levels of the EPT, 0 without EPT
 * @param steps the columns, in the order of the walk; the walk ends with the column that fails
 * @param guestPhysical the final guest-physical address; null when the walk did not reach it, or for a walk without guest
 * @param physical the final physical address of the machine; null when the walk failed
 * @param pageSize bytes of the smallest page on the way, 0 when the walk failed
 * @param rights combined, as {@code rwx}, {@code r--}, with {@code u} or {@code s} for user or supervisor pages where that exists
 * @param memoryType combined effective type such as {@code WB}; empty when the walk failed
 * @param failure why there is no translation; null when there is one
 * @param instant when
 */
public record PageWalk(
        @JsonAdapter(HexLong.class) long address, AddressSpace space, MemoryAccess access, String paging, String root, int eptLevels,
        List<Step> steps, @JsonAdapter(HexLong.class) Long guestPhysical, @JsonAdapter(HexLong.class) Long physical, long pageSize,
        String rights, String memoryType, Failure failure, Instant instant) {

    /**
     * One column of the grid.
     *
     * @param label what is translated here, such as {@code PDE at guest-physical 0x21000} or {@code guest-physical 0x10005}
     * @param guestPhysical the guest-physical address that the EPT cells translate; null without a guest
     * @param ept the EPT entries read, from the root down; empty without EPT
     * @param guest the guest's (or root mode's) own entry; null in the last column, or where EPT failed
     */
    public record Step(String label, @JsonAdapter(HexLong.class) Long guestPhysical, List<Cell> ept, Cell guest) {
    }

    /**
     * One paging-structure entry that the walk read.
     *
     * @param table which tables it belongs to: {@code guest}, {@code ept} or {@code host}
     * @param level the SDM's name, such as {@code PDPTE}, {@code EPT PDE}
     * @param index index within its table
     * @param entryAddress physical address of the machine where the entry lies
     * @param raw its value
     * @param bits decoded, one word or phrase each, such as {@code present}, {@code writable}, {@code 2 MiB page}
     * @param next the address that it holds: next table or page frame
     * @param failing whether the walk fails here
     * @param rights what this entry alone allows, as {@code rwx}; with {@code u} or {@code s} in a guest's own entry; {@code ---} when not
     *     present
     * @param memoryType what this entry says about the memory type: {@code WB} in an EPT entry that maps a page, {@code PAT 0} (the index
     *     into IA32_PAT) in a guest's entry that maps a page; empty in all others
     */
    public record Cell(
            String table, String level, int index, @JsonAdapter(HexLong.class) long entryAddress, @JsonAdapter(HexLong.class) long raw,
            List<String> bits, @JsonAdapter(HexLong.class) long next, boolean failing, String rights, String memoryType) {
    }

    /**
     * Why a translation fails.
     *
     * @param step index of the failing column; −1 when no entry is to blame (for instance an address that is not canonical)
     * @param eptCell index of the failing EPT cell in it; −1 when the guest's entry fails
     * @param reason one sentence, such as {@code the EPT PTE does not allow writes}
     * @param consequence what the processor would do, such as {@code #PF with error code 0x2} or {@code VM exit 48 EPT violation}
     * @param remedy which bit of which entry to change, such as {@code set bit 1 (write) of the EPT PTE at 0x5028}; null when there is no
     *     such bit
     */
    public record Failure(int step, int eptCell, String reason, String consequence, String remedy) {
    }

    /** Whether the address has a translation that allows the access. */
    public boolean succeeded() {
        return failure == null;
    }
}
