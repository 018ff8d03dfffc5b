// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.Variable;
import dev.vmcsmith.x86.Gpr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters and local variables of the function in a frame, as the compiler of a foreign image describes them. */
final class Locals {

    /**
     * A variable and where it is now.
     *
     * @param place in the address space of the frame; null when it is not in memory
     * @param register the register it is in; null when it is in none
     */
    record Local(Variable variable, MemoryReference place, String register) {

        /** Whether its value is a number of at most 64 bits. */
        boolean isNumber() {
            return !variable.aggregate() && variable.size() > 0 && variable.size() <= Long.BYTES;
        }

        /** Where it is, for the user. */
        String home() {
            return place != null ? "at " + place : register != null ? "in " + register : "nowhere: it is a constant here";
        }
    }

    private final Debuggee debuggee;

    Locals(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** The variables by name; of several with one name the innermost. Those that the compiler keeps nowhere just now are missing. */
    Map<String, Local> of(Frame frame) {
        Map<String, Local> found = new LinkedHashMap<>();
        OptionalLong frameAddress = null;
        for (Variable variable : debuggee.image().variables()) {
            if (!variable.visibleAt(frame.place())) {
                continue;
            }
            if (variable.inFrame() && frameAddress == null) {
                frameAddress = debuggee.frames().frameAddress(frame);
            }
            Local before = found.get(variable.name());
            if (before == null || variable.high() - variable.low() <= before.variable.high() - before.variable.low()) {
                locate(variable, frame, frameAddress).ifPresent(local -> found.put(variable.name(), local));
            }
        }
        return found;
    }

    private static Optional<Local> locate(Variable variable, Frame frame, OptionalLong frameAddress) {
        String register = variable.register() < 0 ? null : Gpr.name(variable.register(), 64);
        OptionalLong base = switch (variable.home()) {
            case FRAME -> frameAddress;
            case ADDRESS, CONSTANT -> OptionalLong.of(0);
            case REGISTER, BASED -> frame.registers().get(register);
        };
        if (base.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(switch (variable.home()) {
            case CONSTANT -> new Local(variable, null, null);
            case REGISTER -> new Local(variable, null, register);
            case ADDRESS, FRAME, BASED -> new Local(variable, place(frame, base.getAsLong() + variable.place()), null);
        });
    }

    private static MemoryReference place(Frame frame, long address) {
        long mask = frame.registers().codeBits() == 64 ? -1L : 0xFFFF_FFFFL;
        return new MemoryReference(frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL, address & mask);
    }

    /** A variable that is a number. */
    Optional<Local> number(String name, Frame frame) {
        return Optional.ofNullable(of(frame).get(name)).filter(Local::isNumber);
    }

    /** The value of a variable that is a number. */
    long value(Local local, Frame frame) {
        int size = local.variable.size();
        if (local.place != null) {
            return debuggee.memory().number(local.place, size);
        }
        long value = local.register == null ? local.variable.place() : frame.registers().get(local.register).orElse(0);
        return size == Long.BYTES ? value : value & (1L << size * Byte.SIZE) - 1;
    }

    /** What a variable that is a pointer points to. */
    MemoryReference target(Local local, Frame frame) {
        return place(frame, value(local, frame));
    }
}
