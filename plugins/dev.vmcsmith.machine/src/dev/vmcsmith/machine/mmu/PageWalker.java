// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains the translation of one address through paging and EPT (SDM "Paging", "EPT Translation Mechanism"): every entry that the
 * processor reads, and the reason when the access is not allowed. Reads memory and changes nothing. The walkers that the processor
 * itself runs on are made for speed; a test holds this one against them.
 */
public final class PageWalker {
    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;

    /** @param capabilities of the processor; what is not known in them is taken as supported */
    public PageWalker(PhysicalMemory memory, VmxCapabilities capabilities) {
        this.memory = memory;
        this.capabilities = capabilities;
    }

    /** Translates a linear address; {@code access} is one of {@link Access}. */
    public PageWalk linear(PagingState state, long linear, int access) {
        GuestExplanation guest = new GuestExplanation(memory, capabilities, state, access);
        return finish(state, linear, access, guest, guest.walk(linear), true);
    }

    /** Translates a guest-physical address through EPT only; {@code access} is one of {@link Access}. */
    public PageWalk guestPhysical(PagingState state, long guestPhysical, int access) {
        return finish(state, guestPhysical, access, new GuestExplanation(memory, capabilities, state, access), guestPhysical, false);
    }

    private PageWalk finish(PagingState state, long address, int access, GuestExplanation guest, long guestPhysical, boolean linear) {
        List<PageWalk.Step> steps = new ArrayList<>(guest.steps());
        if (guest.failure() != null) {
            return new PageWalk(address, linear, state, guest.hlat(), List.copyOf(steps), -1, -1, 0, "", "", guest.failure());
        }
        boolean paging = linear && state.mode() != PagingState.Mode.NONE;
        int pat = paging ? MemoryTypes.ofPat(state.pat(), guest.patIndex()) : EptEntry.WB;
        String rights = paging ? guest.rights() : "rwx";
        if (state.eptp() == null) {
            return new PageWalk(address, linear, state, guest.hlat(), List.copyOf(steps), guestPhysical, guestPhysical, guest.pageSize(), rights,
                    MemoryTypes.name(pat), null);
        }
        EptExplanation.Result end = guest.ept().translate(guestPhysical, access, false, linear, guest.userPage(), guest.linearRights());
        steps.add(new PageWalk.Step(0, guestPhysical, end.entries(), null));
        if (end.failure() != null) {
            return new PageWalk(address, linear, state, guest.hlat(), List.copyOf(steps), guestPhysical, -1, 0, "", "",
                    end.failure().at(steps.size() - 1));
        }
        int range = EptEntry.memoryType(end.leaf());
        int type = (end.leaf() & EptEntry.IGNORE_PAT) != 0 ? range : MemoryTypes.combine(range, pat);
        return new PageWalk(address, linear, state, guest.hlat(), List.copyOf(steps), guestPhysical, end.physical(),
                paging ? Math.min(guest.pageSize(), end.pageSize()) : end.pageSize(),
                combine(rights, EptEntry.rights(end.rights(), false)), MemoryTypes.name(type), null);
    }

    private static String combine(String guest, String ept) {
        StringBuilder both = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            both.append(guest.charAt(i) == ept.charAt(i) ? guest.charAt(i) : '-');
        }
        return both.append(guest.substring(3)).toString();
    }
}
