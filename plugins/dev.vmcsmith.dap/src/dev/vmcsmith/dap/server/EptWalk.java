// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Walks an EPT for one guest-physical address and explains every entry (SDM "EPT Translation Mechanism"). Changes nothing. */
final class EptWalk {
    private static final String[] LEVELS = {"", "EPT PTE", "EPT PDE", "EPT PDPTE", "EPT PML4E", "EPT PML5E"};
    private static final int VIOLATION_LINEAR_VALID = 1 << 7;
    private static final int VIOLATION_FINAL = 1 << 8;

    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;
    private final PagingState state;

    EptWalk(PhysicalMemory memory, VmxCapabilities capabilities, PagingState state) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.state = state;
    }

    /**
     * Where a walk led.
     *
     * @param cells the entries read
     * @param physical the physical address, when there is no fault
     * @param rights combined, bits of {@link EptEntry}
     * @param leaf the entry that maps the page
     * @param pageSize bytes of the page
     * @param fault null when the access is allowed
     */
    record Result(List<Cell> cells, long physical, long rights, long leaf, long pageSize, Fault fault) {
    }

    /**
     * Why an access is not allowed.
     *
     * @param cell index of the entry to blame, −1 for the EPT pointer
     */
    record Fault(int cell, String reason, String consequence, String remedy) {
    }

    /**
     * Translates an address.
     *
     * @param access what is done at the address
     * @param structure the address is that of an entry of the guest's paging structures
     * @param linear there is a guest-linear address behind the access
     * @param userPage the linear address is that of a user page
     */
    Result translate(long guestPhysical, MemoryAccess access, boolean structure, boolean linear, boolean userPage) {
        long eptp = state.eptp();
        String problem = Eptp.problem(eptp, capabilities);
        if (problem != null) {
            return new Result(List.of(), 0, 0, 0, 0, new Fault(-1, "the EPT pointer is not valid: " + problem, "VM entry fails", null));
        }
        boolean dirty = structure && Eptp.accessedDirty(eptp);
        long needed = needed(access, userPage) | (dirty ? EptEntry.WRITE : 0);
        long rights = EptEntry.RIGHTS | EptEntry.USER_EXECUTE;
        List<Cell> cells = new ArrayList<>();
        List<Long> raws = new ArrayList<>();
        long table = Eptp.root(eptp);
        for (int level = Eptp.walkLength(eptp);; level--) {
            int index = EptEntry.index(guestPhysical, level);
            long address = table + 8L * index;
            long entry = memory.read64(address);
            raws.add(entry);
            cells.add(cell(level, index, address, entry));
            if (!EptEntry.present(entry, state.modeBasedExecute())) {
                String remedy = "set bits 2:0 (read, write, execute) of the " + where(level, address);
                return faulted(cells, new Fault(cells.size() - 1, "the " + LEVELS[level] + " is not present",
                        violation(access, dirty, 0, structure, linear), remedy));
            }
            String wrong = EptEntry.misconfiguration(entry, level, state.modeBasedExecute(), capabilities);
            if (wrong != null) {
                return faulted(cells, new Fault(cells.size() - 1, "the " + LEVELS[level] + " is misconfigured: " + wrong,
                        "VM exit 49 EPT misconfiguration", "correct the " + where(level, address)));
            }
            rights &= entry | (state.modeBasedExecute() || (entry & EptEntry.EXECUTE) == 0 ? 0 : EptEntry.USER_EXECUTE);
            if (EptEntry.isLeaf(entry, level)) {
                if ((rights & needed) != needed) {
                    return faulted(cells, denied(cells, raws, needed, rights, violation(access, dirty, rights, structure, linear)));
                }
                long size = EptEntry.pageSize(level);
                return new Result(cells, EptEntry.address(entry, level) | guestPhysical & size - 1, rights, entry, size, null);
            }
            table = EptEntry.address(entry, level);
        }
    }

    private long needed(MemoryAccess access, boolean userPage) {
        return switch (access) {
            case READ -> EptEntry.READ;
            case WRITE -> EptEntry.WRITE;
            case EXECUTE -> state.modeBasedExecute() && userPage ? EptEntry.USER_EXECUTE : EptEntry.EXECUTE;
        };
    }

    private static Result faulted(List<Cell> cells, Fault fault) {
        Cell blamed = cells.get(fault.cell);
        cells.set(fault.cell, new Cell(blamed.table(), blamed.level(), blamed.index(), blamed.entryAddress(), blamed.raw(),
                blamed.bits(), blamed.next(), true));
        return new Result(cells, 0, 0, 0, 0, fault);
    }

    private static Fault denied(List<Cell> cells, List<Long> raws, long needed, long rights, String consequence) {
        long missing = Long.lowestOneBit(needed & ~rights);
        int bit = Long.numberOfTrailingZeros(missing);
        String name = missing == EptEntry.READ ? "read" : missing == EptEntry.WRITE ? "write" : missing == EptEntry.EXECUTE ? "execute"
                : "user execute";
        for (int i = 0; i < raws.size(); i++) {
            if ((raws.get(i) & missing) == 0) {
                Cell cell = cells.get(i);
                return new Fault(i, "the " + cell.level() + " does not allow "
                        + (missing == EptEntry.READ ? "reads" : missing == EptEntry.WRITE ? "writes" : "instruction fetches"),
                        consequence, "set bit " + bit + " (" + name + ") of the " + cell.level() + " at "
                                + HexLong.format(cell.entryAddress()));
            }
        }
        return new Fault(cells.size() - 1, "the EPT does not allow this access", consequence, null);
    }

    private static String violation(MemoryAccess access, boolean dirty, long rights, boolean structure, boolean linear) {
        long qualification = access == MemoryAccess.EXECUTE ? 4 : access == MemoryAccess.WRITE ? 2 : 1;
        if (dirty) {
            qualification |= 3;
        }
        qualification |= (rights & EptEntry.RIGHTS) << 3;
        qualification |= linear ? VIOLATION_LINEAR_VALID | (structure ? 0 : VIOLATION_FINAL) : 0;
        return "VM exit 48 EPT violation, qualification " + HexLong.format(qualification);
    }

    private static String where(int level, long address) {
        return LEVELS[level] + " at " + HexLong.format(address);
    }

    private Cell cell(int level, int index, long address, long entry) {
        List<String> bits = Arrays.asList(EptEntry.describe(entry, level, state.modeBasedExecute()).split(", "));
        return new Cell("ept", LEVELS[level], index, address, entry, bits, EptEntry.address(entry, level), false);
    }
}
