// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters and local variables of the function in a frame, as the compiler of a foreign image describes them. */
final class Locals {

    /**
     * A variable and where it is now.
     *
     * @param place in the address space of the frame
     */
    record Local(Variable variable, MemoryReference place) {

        /** Whether its value is a number of at most 64 bits. */
        boolean isNumber() {
            return !variable.aggregate() && variable.size() > 0 && variable.size() <= Long.BYTES;
        }
    }

    private final Debuggee debuggee;

    Locals(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** The variables by name; of several with one name the innermost. */
    Map<String, Local> of(Frame frame) {
        Map<String, Local> found = new LinkedHashMap<>();
        OptionalLong frameAddress = null;
        MemorySpace space = frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
        for (Variable variable : debuggee.image().variables()) {
            if (!variable.visibleAt(frame.place())) {
                continue;
            }
            if (variable.inFrame() && frameAddress == null) {
                frameAddress = debuggee.frames().frameAddress(frame);
            }
            if (!variable.inFrame() || frameAddress.isPresent()) {
                long mask = frame.registers().codeBits() == 64 ? -1L : 0xFFFF_FFFFL;
                long address = variable.place() + (variable.inFrame() ? frameAddress.getAsLong() : 0) & mask;
                Local before = found.get(variable.name());
                if (before == null || variable.high() - variable.low() <= before.variable.high() - before.variable.low()) {
                    found.put(variable.name(), new Local(variable, new MemoryReference(space, address)));
                }
            }
        }
        return found;
    }

    /** A variable that is a number. */
    Optional<Local> number(String name, Frame frame) {
        return Optional.ofNullable(of(frame).get(name)).filter(Local::isNumber);
    }

    long value(Local local) {
        return debuggee.memory().number(local.place, local.variable.size());
    }
}
