// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

/** Hears of every paging-structure entry that a walk reads. While one is installed a walk has no side effects. */
interface WalkTrace {
    /** @param level 5..1; @param address guest-physical address of the entry; @param host where it really lies */
    void guestEntry(int level, long address, long host, long value, int size);

    /** @param guestPhysical the address being translated */
    void eptEntry(int level, long guestPhysical, long address, long value);

    /** An EPT walk for this guest-physical address gave this host-physical one. */
    void eptDone(long guestPhysical, long host, int pageShift, int rights, int memoryType);

    void guestDone(long guestPhysical, int pageShift, int rights);
}
