// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.mmu.PageWalker;
import dev.vmcsmith.machine.mmu.PagingState;
import java.util.Optional;
import java.util.OptionalLong;

/** Translates addresses of a stopped machine in every address space it has. */
final class PageWalks implements Memory.Translator {
    private final Debuggee debuggee;

    PageWalks(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    PageWalk explain(PageWalkArguments arguments) {
        AddressSpace space = arguments.space() == null ? AddressSpace.GUEST_VIRTUAL : arguments.space();
        MemoryAccess access = arguments.access() == null ? MemoryAccess.READ : arguments.access();
        PagingState state = state(debuggee.cpuOf(arguments.threadId()), space);
        return PageWalkRecord.of(walk(state, arguments.address(), space, access), space, access, debuggee.now());
    }

    private PagingState state(int cpu, AddressSpace space) {
        return space == AddressSpace.HOST_VIRTUAL ? host(cpu) : guest(cpu);
    }

    private dev.vmcsmith.machine.mmu.PageWalk walk(PagingState state, long address, AddressSpace space, MemoryAccess access) {
        PageWalker walker = debuggee.machine().pageWalker();
        int kind = PageWalkRecord.access(access);
        return space == AddressSpace.GUEST_PHYSICAL ? walker.guestPhysical(state, address, kind) : walker.linear(state, address, kind);
    }

    private PagingState guest(int number) {
        Cpu cpu = debuggee.machine().cpu(number);
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(number);
        if (cpu.intercepts.nonRoot()) {
            return PagingState.live(cpu, vmcs.map(CurrentVmcs::view).orElse(null));
        }
        if (vmcs.isEmpty()) {
            throw new RequestFailure("There is no guest: this processor has no current VMCS.");
        }
        return PagingState.guest(vmcs.get().view(), cpu);
    }

    private PagingState host(int number) {
        Cpu cpu = debuggee.machine().cpu(number);
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(number);
        return cpu.intercepts.nonRoot() && vmcs.isPresent() ? PagingState.host(vmcs.get().view(), cpu) : PagingState.live(cpu, null);
    }

    /** Privilege is not looked at: a debugger may read what the program may not. */
    @Override
    public OptionalLong physical(MemoryReference reference) {
        int cpu = debuggee.activeCpu().id;
        boolean inGuest = debuggee.activeCpu().intercepts.nonRoot();
        return switch (reference.space()) {
            case HOST_PHYSICAL -> OptionalLong.of(reference.address());
            case CURRENT -> found(cpu, reference.address(), inGuest ? AddressSpace.GUEST_VIRTUAL : AddressSpace.HOST_VIRTUAL);
            case GUEST_VIRTUAL -> found(cpu, reference.address(), AddressSpace.GUEST_VIRTUAL);
            case GUEST_PHYSICAL -> found(cpu, reference.address(), AddressSpace.GUEST_PHYSICAL);
            case HOST_VIRTUAL -> found(cpu, reference.address(), AddressSpace.HOST_VIRTUAL);
        };
    }

    private OptionalLong found(int cpu, long address, AddressSpace space) {
        for (MemoryAccess access : new MemoryAccess[] {MemoryAccess.READ, MemoryAccess.EXECUTE}) {
            dev.vmcsmith.machine.mmu.PageWalk walk = walk(state(cpu, space).privileged(), address, space, access);
            if (walk.succeeded()) {
                return debuggee.machine().memory().isRam(walk.physical()) ? OptionalLong.of(walk.physical()) : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }
}
