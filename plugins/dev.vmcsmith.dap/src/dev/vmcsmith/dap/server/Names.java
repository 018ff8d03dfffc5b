// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What the names in an expression mean, looked up in this order: registers of the frame, {@code guest.rax} and {@code host.rip} (the other
 * side's), local variables, VMCS fields by any of their names, variables of handlers, symbols of the image, labels of the guest code around,
 * controls such as {@code primary.hlt-exiting} (0 or 1), exit reasons such as {@code ept-violation} (their numbers).
 */
final class Names {
    private final Debuggee debuggee;

    Names(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    Expressions.Context in(Frame frame) {
        return in(frame, name -> find(name, frame));
    }

    /** In the source of a setup's handler: registers are the guest's, as its author means them. */
    Expressions.Context inHandler(Frame frame) {
        return in(frame, name -> {
            OptionalLong guest = otherSide("guest." + name.toLowerCase(Locale.ROOT), frame);
            return guest.isPresent() ? guest : find(name, frame);
        });
    }

    private Expressions.Context in(Frame frame, Function<String, OptionalLong> find) {
        return new Expressions.Context() {
            @Override
            public OptionalLong name(String name) {
                return find.apply(name);
            }

            @Override
            public long memory(long address, int bytes) {
                MemorySpace space = frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
                return debuggee.memory().number(new MemoryReference(space, address), bytes);
            }

            @Override
            public long memory(String space, long address, int bytes) {
                return debuggee.memory().number(new MemoryReference(space(space), address), bytes);
            }

            @Override
            public OptionalLong msr(long number) {
                return number >>> Integer.SIZE != 0 ? OptionalLong.empty() : debuggee.machine().readMsr(frame.cpu(), (int) number);
            }

            @Override
            public OptionalLong size(String symbol) {
                return debuggee.image().symbols().find(symbol).filter(found -> found.size() > 0)
                        .map(found -> OptionalLong.of(found.size())).orElse(OptionalLong.empty());
            }
        };
    }

    /** An address space by the name in setups or in memory references. */
    static MemorySpace space(String name) {
        for (MemorySpace space : MemorySpace.values()) {
            if (space.id().equals(name) && !name.isEmpty()) {
                return space;
            }
        }
        if (name.equals("host")) {
            return MemorySpace.HOST_VIRTUAL;
        }
        throw new RequestFailure("\"" + name + "\" is no address space: use guest-virtual, guest-physical, host-virtual or host-physical");
    }

    private OptionalLong find(String name, Frame frame) {
        OptionalLong value = register(frame.registers(), name.toLowerCase(Locale.ROOT));
        if (value.isEmpty()) {
            value = otherSide(name.toLowerCase(Locale.ROOT), frame);
        }
        if (value.isEmpty()) {
            value = debuggee.locals().number(name, frame).map(local -> OptionalLong.of(debuggee.locals().value(local, frame)))
                    .orElse(OptionalLong.empty());
        }
        if (value.isEmpty()) {
            value = field(name, frame.cpu());
        }
        if (value.isEmpty()) {
            value = debuggee.handlerVariables().value(name);
        }
        if (value.isEmpty()) {
            value = debuggee.image().symbols().address(name);
        }
        if (value.isEmpty()) {
            value = label(name, frame);
        }
        if (value.isEmpty()) {
            value = control(name, frame.cpu());
        }
        return value.isPresent() || ExitReason.find(name) == null ? value : OptionalLong.of(ExitReason.find(name).number());
    }

    /** A label of the code that the frame is in, as its source has it: the symbol has the name of the code in front. */
    private OptionalLong label(String name, Frame frame) {
        return debuggee.image().symbols().nearest(frame.place()).map(place -> place.symbol().name().split("\\.", 2)[0])
                .map(code -> debuggee.image().symbols().address(code + "." + name)).orElse(OptionalLong.empty());
    }

    private static OptionalLong register(RegisterFile registers, String name) {
        RegisterNames.Part part = RegisterNames.find(name);
        if (part == null) {
            return OptionalLong.empty();
        }
        OptionalLong whole = registers.get(part.register());
        return whole.isEmpty() || part.bits() == 64 ? whole
                : OptionalLong.of(whole.getAsLong() >>> part.shift() & (1L << part.bits()) - 1);
    }

    private OptionalLong otherSide(String name, Frame frame) {
        boolean guest = name.startsWith("guest.");
        if (!guest && !name.startsWith("host.")) {
            return OptionalLong.empty();
        }
        String register = name.substring(name.indexOf('.') + 1);
        return debuggee.frames().of(frame.cpu()).stream().filter(other -> other.guest() == guest).findFirst()
                .map(other -> register(other.registers(), register)).orElse(OptionalLong.empty());
    }

    /** A control of the current VMCS, with the name of its field in front or without. */
    private OptionalLong control(String name, int cpu) {
        int dot = name.indexOf('.');
        List<ControlBit> bits = ControlBit.find(name.substring(dot + 1)).stream()
                .filter(bit -> dot < 0 || bit.field().hvName().equals(name.substring(0, dot))).toList();
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(cpu);
        if (vmcs.isEmpty() || bits.size() != 1 || !vmcs.get().view().known(bits.getFirst().field().field())) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(bits.getFirst().in(vmcs.get().view().value(bits.getFirst().field().field())) ? 1 : 0);
    }

    private OptionalLong field(String name, int cpu) {
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(cpu);
        if (vmcs.isEmpty()) {
            return OptionalLong.empty();
        }
        VmcsField field = VmcsField.find(FieldArea.EXIT, name);
        if (field == null) {
            field = VmcsField.find(FieldArea.CONTROL, name);
        }
        if (field == null) {
            field = VmcsField.find(name);
        }
        return field == null || !vmcs.get().view().known(field) ? OptionalLong.empty() : OptionalLong.of(vmcs.get().view().value(field));
    }
}
