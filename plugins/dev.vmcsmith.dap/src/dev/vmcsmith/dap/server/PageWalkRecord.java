// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.dap.protocol.PageWalk.Failure;
import dev.vmcsmith.dap.protocol.PageWalk.Step;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.machine.mmu.PageWalk.Entry;
import dev.vmcsmith.machine.mmu.PagingState;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.PagingEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the record on the wire of a page walk that the machine explained. */
final class PageWalkRecord {
    private final dev.vmcsmith.machine.mmu.PageWalk walk;
    private final PagingState state;

    private PageWalkRecord(dev.vmcsmith.machine.mmu.PageWalk walk) {
        this.walk = walk;
        this.state = walk.state();
    }

    static PageWalk of(dev.vmcsmith.machine.mmu.PageWalk walk, AddressSpace space, MemoryAccess access, Instant now) {
        return new PageWalkRecord(walk).record(space, access, now);
    }

    /** The access as the machine knows it. */
    static int access(MemoryAccess access) {
        return switch (access) {
            case READ -> Access.READ;
            case WRITE -> Access.WRITE;
            case EXECUTE -> Access.FETCH;
        };
    }

    private PageWalk record(AddressSpace space, MemoryAccess access, Instant now) {
        List<Step> steps = new ArrayList<>();
        for (dev.vmcsmith.machine.mmu.PageWalk.Step step : walk.steps()) {
            steps.add(new Step(label(step), state.eptp() == null ? null : (Long) step.address(),
                    step.ept().stream().map(this::cell).toList(), step.guest() == null ? null : cell(step.guest())));
        }
        Long guestPhysical = walk.guestPhysical() == -1 || space == AddressSpace.HOST_VIRTUAL ? null : (Long) walk.guestPhysical();
        Failure failure = walk.succeeded() ? null : new Failure(walk.failure().step(), walk.failure().eptEntry(), walk.failure().reason(),
                walk.failure().consequence(), walk.failure().remedy());
        return new PageWalk(walk.address(), space, access, walk.mode(), root(), state.eptp() == null ? 0 : Eptp.walkLength(state.eptp()),
                steps, guestPhysical, walk.succeeded() ? (Long) walk.physical() : null, walk.pageSize(), walk.rights(), walk.memoryType(),
                failure, now);
    }

    private String root() {
        if (walk.hlat()) {
            return "HLAT pointer = " + HexLong.format(state.hlat() & PagingEntry.ADDRESS);
        }
        if (walk.linear() && state.mode() != PagingState.Mode.NONE) {
            return "CR3 = " + HexLong.format(state.cr3());
        }
        return state.eptp() == null ? "" : "EPTP = " + HexLong.format(state.eptp());
    }

    private String label(dev.vmcsmith.machine.mmu.PageWalk.Step step) {
        String place = (state.eptp() == null ? "physical " : "guest-physical ") + HexLong.format(step.address());
        if (step.level() == 0) {
            return place;
        }
        boolean register = state.mode() == PagingState.Mode.PAE && step.level() == 3;
        return register ? "PDPTE register " + step.guest().index() : Entry.name(step.level()) + " at " + place;
    }

    private Cell cell(Entry entry) {
        return new Cell(entry.ept() ? "ept" : state.vmcs() == null ? "host" : "guest", entry.name(), entry.index(), entry.address(),
                entry.value(), bits(entry), next(entry), entry.failing(), rights(entry),
                memoryType(entry));
    }

    private List<String> bits(Entry entry) {
        return entry.ept() ? Arrays.asList(EptEntry.describe(entry.value(), entry.level(), state.modeBasedExecute()).split(", "))
                : GuestEntry.bits(entry.value(), entry.level(), state.mode(), entry.leaf());
    }

    private String rights(Entry entry) {
        return entry.ept() ? EptEntry.rights(entry.value(), state.modeBasedExecute())
                : GuestEntry.rights(entry.value(), entry.level(), state.mode());
    }

    private String memoryType(Entry entry) {
        if (!entry.leaf()) {
            return "";
        }
        return entry.ept() ? EptEntry.memoryTypeName(EptEntry.memoryType(entry.value()))
                : "PAT " + GuestEntry.pat(entry.value(), entry.level());
    }

    private long next(Entry entry) {
        if (entry.ept()) {
            return EptEntry.address(entry.value(), entry.level());
        }
        int largeShift = state.mode() == PagingState.Mode.BITS_32 ? 22 : 12 + 9 * (entry.level() - 1);
        return entry.value() & PagingEntry.ADDRESS & (entry.leaf() && entry.level() > 1 ? -(1L << largeShift) : -1L);
    }
}
