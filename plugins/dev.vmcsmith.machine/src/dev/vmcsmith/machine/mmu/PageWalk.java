// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import java.util.List;

/**
 * How one linear (or guest-physical) address is translated.
 *
 * @param linear        the address asked for
 * @param mode          paging mode in words: "none", "32-bit", "PAE", "4-level", "5-level"
 * @param steps         every entry read, in order; the EPT walk of an entry's own address comes before it
 * @param guestPhysical result of the guest's paging, or -1
 * @param physical      final host-physical address, or -1
 * @param pageSize      bytes of the smaller of the two pages, 0 when there is no translation
 * @param guestRights   combined rights of the guest's paging: bit 1 writable, bit 2 user, bit 0 executable
 * @param eptRights     combined rights of the final EPT walk: bit 0 R, 1 W, 2 X; 7 without EPT
 * @param memoryType    EPT memory type, -1 without EPT
 * @param fault         null, or what happens instead: "#PF(0x2)", "EPT violation, qualification 0x181"...
 */
public record PageWalk(long linear, String mode, List<Step> steps, long guestPhysical, long physical, long pageSize, int guestRights,
        int eptRights, int memoryType, String fault) {

    /** Which structure an entry belongs to. */
    public enum Table { GUEST, EPT }

    /**
     * One entry read.
     *
     * @param table        guest paging structure or EPT
     * @param level        5..1
     * @param address      where the entry lies: guest-physical for a guest entry, host-physical for an EPT entry
     * @param hostAddress  host-physical address of the entry
     * @param value        raw value
     * @param translating  for an EPT entry: the guest-physical address being translated
     * @param forStructure for an EPT entry: it translates the address of a guest paging structure, not the final address
     */
    public record Step(Table table, int level, long address, long hostAddress, long value, long translating, boolean forStructure) {
    }
}
