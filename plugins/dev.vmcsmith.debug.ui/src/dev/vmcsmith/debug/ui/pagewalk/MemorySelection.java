// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.debug.memory.MachineMemoryBlock;
import dev.vmcsmith.debug.memory.MemoryPlace;
import org.eclipse.debug.ui.memory.IMemoryRenderingContainer;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.debug.ui.memory.IRepositionableMemoryRendering;

/**
 * The byte that is selected in the Memory view.
 *
 * @param address in hexadecimal
 * @param space what kind of address it is, as a page walk understands it
 */
record MemorySelection(String address, AddressSpace space) {

    /** The selection in the first pane that shows memory of a machine; null when there is none that a page walk could begin with. */
    static MemorySelection of(IMemoryRenderingSite site) {
        for (IMemoryRenderingContainer container : site.getMemoryRenderingContainers()) {
            if (container.getActiveRendering() instanceof IRepositionableMemoryRendering rendering
                    && rendering.getMemoryBlock() instanceof MachineMemoryBlock block && rendering.getSelectedAddress() != null
                    && !MemoryPlace.HOST_PHYSICAL.equals(block.place().space())) {
                return new MemorySelection("0x" + rendering.getSelectedAddress().toString(16), spaceOf(block));
            }
        }
        return null;
    }

    private static AddressSpace spaceOf(MachineMemoryBlock block) {
        return switch (block.place().space()) {
            case MemoryPlace.GUEST_PHYSICAL -> AddressSpace.GUEST_PHYSICAL;
            case MemoryPlace.HOST_VIRTUAL -> AddressSpace.HOST_VIRTUAL;
            default -> AddressSpace.GUEST_VIRTUAL;
        };
    }
}
