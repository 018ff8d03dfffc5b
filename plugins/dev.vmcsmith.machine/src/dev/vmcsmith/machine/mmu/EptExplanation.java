// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.PageWalk.Entry;
import dev.vmcsmith.machine.mmu.PageWalk.Failure;
import dev.vmcsmith.machine.mmu.PageWalk.Kind;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks an EPT for the guest-physical addresses of one translation and explains every entry (SDM "EPT Translation Mechanism"). Changes
 * nothing.
 */
final class EptExplanation {
    private static final int VIOLATION_LINEAR_VALID = 1 << 7;
    private static final int VIOLATION_FINAL = 1 << 8;
    private static final int VIOLATION_USER_EXECUTE = 1 << 6;
    private static final int VIOLATION_VERIFICATION = 1 << 15;
    private static final int SPP_MISS = 1 << 11;

    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;
    private final PagingState state;
    /** Every structure translated so far lies in a page with paging-write access. */
    private boolean verified = true;

    EptExplanation(PhysicalMemory memory, VmxCapabilities capabilities, PagingState state) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.state = state;
    }

    /**
     * Where a walk led.
     *
     * @param entries  the entries read
     * @param physical the physical address, when there is no failure
     * @param rights   combined, bits of {@link EptEntry}
     * @param leaf     the entry that maps the page
     * @param pageSize bytes of the page
     * @param failure  null when the access is allowed; its column is still to be filled in
     */
    record Result(List<Entry> entries, long physical, long rights, long leaf, long pageSize, Failure failure) {
    }

    /**
     * Translates an address.
     *
     * @param access       {@link Access}: what is done at the address
     * @param structure    the address is that of an entry of the guest's paging structures
     * @param linear       there is a guest-linear address behind the access
     * @param userPage     the linear address is that of a user page
     * @param linearRights bits 11:9 of the qualification of a violation: rights of the linear address
     */
    Result translate(long guestPhysical, int access, boolean structure, boolean linear, boolean userPage, long linearRights) {
        long eptp = state.eptp();
        String problem = Eptp.problem(eptp, capabilities);
        if (problem != null) {
            return new Result(List.of(), 0, 0, 0, 0,
                    new Failure(-1, -1, "the EPT pointer is not valid: " + problem, Kind.ENTRY_FAILURE, 0, "VM entry fails", null));
        }
        boolean modeBased = state.modeBasedExecute();
        boolean dirty = structure && linear && Eptp.accessedDirty(eptp);
        long needed = needed(access, userPage) | (dirty ? EptEntry.WRITE : 0);
        long qualification = dirty || structure && access == Access.WRITE ? 3 : access == Access.FETCH ? 4 : access == Access.WRITE ? 2 : 1;
        if (linear) {
            qualification |= VIOLATION_LINEAR_VALID | (structure ? 0 : VIOLATION_FINAL | (advancedInformation() ? linearRights : 0));
        }
        if (Eptp.walkLength(eptp) == 4 && (guestPhysical >>> 48 & 0xF) != 0) {
            return new Result(List.of(), 0, 0, 0, 0, new Failure(-1, -1,
                    "the guest-physical address has more than the 48 bits that an EPT of 4 levels translates",
                    Kind.EPT_VIOLATION, qualification, consequence(qualification), "use an EPT of 5 levels"));
        }
        long rights = EptEntry.RIGHTS | EptEntry.USER_EXECUTE;
        List<Entry> entries = new ArrayList<>();
        long table = Eptp.root(eptp);
        for (int level = Eptp.walkLength(eptp);; level--) {
            int index = EptEntry.index(guestPhysical, level);
            long value = memory.read64(table + 8L * index);
            Entry entry = new Entry(true, level, index, table + 8L * index, value, EptEntry.isLeaf(value, level), false);
            entries.add(entry);
            if (!EptEntry.present(value, modeBased)) {
                return violation(entries, entries.size() - 1, "the " + entry.name() + " is not present", qualification,
                        "set bits 2:0 (read, write, execute) of the " + where(entry));
            }
            String wrong = EptEntry.misconfiguration(value, level, modeBased, capabilities);
            if (wrong == null && entry.leaf() && state.pagingWriteControl()) {
                wrong = EptEntry.pagingWriteMisconfiguration(value);
            }
            if (wrong != null) {
                return failed(entries, new Failure(-1, entries.size() - 1, "the " + entry.name() + " is misconfigured: " + wrong,
                        Kind.EPT_MISCONFIGURATION, 0, "VM exit 49 EPT misconfiguration", "correct the " + where(entry)));
            }
            rights &= value & ~(modeBased ? 0 : EptEntry.USER_EXECUTE)
                    | (modeBased || (value & EptEntry.EXECUTE) == 0 ? 0 : EptEntry.USER_EXECUTE);
            if (entry.leaf()) {
                if (structure && state.pagingWriteControl() && (value & EptEntry.PAGING_WRITE) != 0
                        && entries.stream().limit(entries.size() - 1L).allMatch(above -> (above.value() & EptEntry.WRITE) != 0)) {
                    needed = EptEntry.READ;
                }
                if ((rights & needed) != needed) {
                    boolean eligible = level == 1 && needed == EptEntry.WRITE && (rights & EptEntry.READ) != 0
                            && (value & EptEntry.SUB_PAGE) != 0 && linear && !structure && state.subPageTable() != null;
                    SubPageTable.Answer answer = !eligible ? SubPageTable.Answer.READ_ONLY : SubPageTable.permission(memory,
                            state.subPageTable(), guestPhysical, capabilities.physicalAddressBits());
                    if (answer == SubPageTable.Answer.WRITABLE) {
                        return new Result(entries, EptEntry.address(value, level) | guestPhysical & 0xFFF, rights, value,
                            EptEntry.pageSize(level), null);
                    }
                    if (answer != SubPageTable.Answer.READ_ONLY) {
                        return subPageEvent(entries, answer == SubPageTable.Answer.MISS);
                    }
                    return denied(entries, needed & ~rights, qualification | (rights & EptEntry.RIGHTS) << 3
                            | (modeBased && (rights & EptEntry.USER_EXECUTE) != 0 ? VIOLATION_USER_EXECUTE : 0));
                }
                if (structure) {
                    verified &= !linear || (value & EptEntry.PAGING_WRITE) != 0;
                } else if (linear && !verified && state.guestPagingVerification() && (value & EptEntry.VERIFY_PAGING) != 0) {
                    return violation(entries, entries.size() - 1, "the " + entry.name()
                            + " asks for guest-paging verification, and not every paging structure of the "
                            + "address lies in a page with paging-write access",
                            qualification | (rights & EptEntry.RIGHTS) << 3 | VIOLATION_VERIFICATION
                                    | (modeBased && (rights & EptEntry.USER_EXECUTE) != 0 ? VIOLATION_USER_EXECUTE : 0),
                            "set bit 58 (paging-write access) of the EPT entries of the guest's paging structures, or clear bit 57 (verify "
                                    + "guest paging) of the " + where(entry));
                }
                long size = EptEntry.pageSize(level);
                return new Result(entries, EptEntry.address(value, level) | guestPhysical & size - 1, rights, value, size, null);
            }
            table = EptEntry.address(value, level);
        }
    }

    private long needed(int access, boolean userPage) {
        return switch (access) {
            case Access.READ -> EptEntry.READ;
            case Access.WRITE -> EptEntry.WRITE;
            default -> state.modeBasedExecute() && userPage ? EptEntry.USER_EXECUTE : EptEntry.EXECUTE;
        };
    }

    private boolean advancedInformation() {
        return capabilities.known(Msr.IA32_VMX_EPT_VPID_CAP) && capabilities.eptVpid(EptVpidCapability.ADVANCED_EXIT_INFORMATION);
    }

    private static Result denied(List<Entry> entries, long lacking, long qualification) {
        long missing = Long.lowestOneBit(lacking);
        String name = missing == EptEntry.READ ? "read" : missing == EptEntry.WRITE ? "write" : missing == EptEntry.EXECUTE ? "execute"
                : "user execute";
        String what = missing == EptEntry.READ ? "reads" : missing == EptEntry.WRITE ? "writes" : "instruction fetches";
        int blamed = 0;
        while ((entries.get(blamed).value() & missing) != 0) {
            blamed++;
        }
        Entry entry = entries.get(blamed);
        return violation(entries, blamed, "the " + entry.name() + " does not allow " + what, qualification,
                "set bit " + Long.numberOfTrailingZeros(missing) + " (" + name + ") of the " + where(entry));
    }

    private static Result violation(List<Entry> entries, int blamed, String reason, long qualification, String remedy) {
        return failed(entries, new Failure(-1, blamed, reason, Kind.EPT_VIOLATION, qualification,
                consequence(qualification), remedy));
    }

    private static String consequence(long qualification) {
        return "VM exit 48 EPT violation, qualification 0x" + Long.toHexString(qualification);
    }

    private static Result subPageEvent(List<Entry> entries, boolean miss) {
        String what = miss ? "SPP miss" : "SPP misconfiguration";
        return failed(entries, new Failure(-1, entries.size() - 1,
                "the sub-page permission table has " + (miss ? "no valid entry" : "reserved bits set") + " for the address", Kind.SPP_EVENT,
                miss ? SPP_MISS : 0, "VM exit 66 SPP-related event, " + what, "correct the sub-page permission table"));
    }

    private static Result failed(List<Entry> entries, Failure failure) {
        entries.set(failure.eptEntry(), entries.get(failure.eptEntry()).failed());
        return new Result(entries, 0, 0, 0, 0, failure);
    }

    private static String where(Entry entry) {
        return entry.name() + " at 0x" + Long.toHexString(entry.address());
    }
}
