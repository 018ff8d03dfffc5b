// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes what an expression names: a register, a VMCS field, a variable, or memory. */
final class Assignments {
    private static final Pattern MEMORY = Pattern.compile("(?:([a-z-]+)\\.)?(byte|word|dword|qword)?\\s*\\[(.*)\\]",
            Pattern.CASE_INSENSITIVE);
    /** {@code TARGET = VALUE}, but not {@code ==} and its relatives. */
    private static final Pattern ASSIGNMENT = Pattern.compile("([^=<>!]+?)\\s*=\\s*([^=].*)");

    private final Debuggee debuggee;

    Assignments(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /** Executes {@code TARGET = VALUE}; empty when the text is something else. */
    Optional<Long> execute(String text, Frame frame) {
        Matcher matcher = ASSIGNMENT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(set(matcher.group(1).strip(), debuggee.evaluate(matcher.group(2), frame), frame));
    }

    /**
     * Changes what an expression names.
     *
     * @return the value then
     * @throws RequestFailure when it names nothing that can be changed
     */
    long set(String target, long value, Frame frame) {
        Matcher memory = MEMORY.matcher(target);
        if (memory.matches()) {
            MemorySpace space = memory.group(1) != null ? Names.space(memory.group(1))
                    : frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
            write(new MemoryReference(space, debuggee.evaluate(memory.group(3), frame)), value, sizeOf(memory.group(2)));
        } else if (RegisterNames.find(target.toLowerCase(Locale.ROOT)) == null && debuggee.locals().number(target, frame).isPresent()) {
            Locals.Local local = debuggee.locals().number(target, frame).get();
            setLocal(local, value, frame);
        } else if (!setRegister(target.toLowerCase(Locale.ROOT), value, frame) && !setField(target, value, frame)) {
            MemoryReference place = debuggee.handlerVariables().place(target).orElseThrow(() -> new RequestFailure("\"" + target
                    + "\" cannot be changed: name a register, a VMCS field, a variable, or memory such as dword [0x1000]"));
            write(place, value, HandlerVariables.BYTES);
        }
        return debuggee.evaluate(target, frame);
    }

    private void setLocal(Locals.Local local, long value, Frame frame) {
        if (local.place() != null) {
            write(local.place(), value, local.variable().size());
        } else if (local.register() == null) {
            throw new RequestFailure(local.variable().name() + " is " + local.home() + ", and cannot be changed");
        } else {
            int size = local.variable().size();
            long mask = size == Long.BYTES ? -1L : (1L << size * Byte.SIZE) - 1;
            long kept = size < Integer.BYTES ? frame.registers().get(local.register()).orElse(0) & ~mask : 0;
            frame.registers().set(local.register(), kept | value & mask);
        }
    }

    private static int sizeOf(String word) {
        return word == null ? Long.BYTES : switch (word.toLowerCase(Locale.ROOT)) {
            case "byte" -> 1;
            case "word" -> 2;
            case "dword" -> 4;
            default -> Long.BYTES;
        };
    }

    private void write(MemoryReference place, long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        if (debuggee.memory().write(place, bytes) < size) {
            throw new RequestFailure("nothing is mapped at " + place);
        }
    }

    private boolean setRegister(String name, long value, Frame frame) {
        if (name.startsWith("guest.") || name.startsWith("host.")) {
            boolean guest = name.startsWith("guest.");
            Optional<Frame> side = debuggee.frames().of(frame.cpu()).stream().filter(other -> other.guest() == guest).findFirst();
            return side.isPresent() && setRegister(name.substring(name.indexOf('.') + 1), value, side.get());
        }
        RegisterNames.Part part = RegisterNames.find(name);
        if (part == null || frame.registers().get(part.register()).isEmpty()) {
            return false;
        }
        long before = frame.registers().get(part.register()).orElse(0);
        long mask = part.bits() == 64 ? -1L : (1L << part.bits()) - 1 << part.shift();
        boolean zeroes = part.bits() == 32 && part.shift() == 0;
        frame.registers().set(part.register(), (zeroes ? 0 : before & ~mask) | value << part.shift() & mask);
        return true;
    }

    private boolean setField(String name, long value, Frame frame) {
        Optional<CurrentVmcs> vmcs = debuggee.vmcs(frame.cpu());
        VmcsField field = DataNames.field(name).orElse(null);
        if (vmcs.isEmpty() || field == null || !vmcs.get().view().known(field)) {
            return false;
        }
        if (field.area().readOnly()) {
            throw new RequestFailure(name + " is written by the processor at VM exits only");
        }
        vmcs.get().write().accept(field, field.truncate(value));
        return true;
    }
}
