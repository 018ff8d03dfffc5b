// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;
import org.eclipse.lsp4j.debug.DataBreakpointInfoArguments;
import org.eclipse.lsp4j.debug.DataBreakpointInfoResponse;

/** Finds out what data a user means who wants to watch it. */
final class DataNames {
    private static final Pattern MEMORY = Pattern.compile("(byte|word|dword|qword)?\\s*\\[(.*)\\]", Pattern.CASE_INSENSITIVE);
    private static final int DEFAULT_LENGTH = 8;

    private final Debuggee debuggee;

    DataNames(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    DataBreakpointInfoResponse info(DataBreakpointInfoArguments arguments) {
        DataBreakpointInfoResponse response = new DataBreakpointInfoResponse();
        try {
            DataTarget target = target(arguments);
            response.setDataId(target.id());
            response.setDescription(target.text());
            response.setAccessTypes(DataBreakpointAccessType.values());
            response.setCanPersist(target instanceof DataTarget.Field || space(target) == MemorySpace.HOST_PHYSICAL);
        } catch (RequestFailure | IllegalArgumentException e) {
            response.setDescription(e.getMessage());
        }
        return response;
    }

    private static MemorySpace space(DataTarget target) {
        return target instanceof DataTarget.Memory memory ? memory.start().space() : null;
    }

    private DataTarget target(DataBreakpointInfoArguments arguments) {
        String name = arguments.getName().strip();
        if (arguments.getVariablesReference() != null && arguments.getVariablesReference() > 0) {
            return debuggee.variables().data(arguments.getVariablesReference(), name)
                    .orElseThrow(() -> new RequestFailure(name + " is kept in the processor: watch memory or a VMCS field instead"));
        }
        Frame frame = arguments.getFrameId() == null ? debuggee.topFrame() : debuggee.frames().get(arguments.getFrameId());
        int length = arguments.getBytes() == null ? 0 : arguments.getBytes();
        if (Boolean.TRUE.equals(arguments.getAsAddress())) {
            return memory(MemoryReference.parse(name), length == 0 ? 1 : length, frame);
        }
        Matcher memory = MEMORY.matcher(name);
        if (memory.matches()) {
            long address = debuggee.evaluate(memory.group(2), frame);
            return memory(new MemoryReference(MemorySpace.CURRENT, address), length == 0 ? sizeOf(memory.group(1)) : length, frame);
        }
        Locals.Local local = debuggee.locals().of(frame).get(name);
        if (local != null && local.place() == null) {
            throw new RequestFailure(name + " is " + local.home() + ": only what is in memory can be watched");
        }
        if (local != null && local.variable().size() > 0) {
            return memory(local.place(), length == 0 ? local.variable().size() : length, frame);
        }
        Optional<VmcsField> field = field(name);
        if (field.isPresent()) {
            return new DataTarget.Field(field.get());
        }
        Optional<MemoryReference> variable = debuggee.handlerVariables().place(name);
        if (variable.isPresent()) {
            return memory(variable.get(), length == 0 ? HandlerVariables.BYTES : length, frame);
        }
        Optional<Symbol> symbol = debuggee.image().symbols().find(name);
        if (symbol.isPresent()) {
            int size = symbol.get().size() > 0 && symbol.get().size() <= DataTarget.Memory.LONGEST ? (int) symbol.get().size()
                    : debuggee.image().bits() / Byte.SIZE;
            return memory(new MemoryReference(MemorySpace.CURRENT, symbol.get().address()), length == 0 ? size : length, frame);
        }
        MemoryReference place = new MemoryReference(MemorySpace.CURRENT, debuggee.evaluate(name, frame));
        return memory(place, length == 0 ? DEFAULT_LENGTH : length, frame);
    }

    private static DataTarget memory(MemoryReference place, int length, Frame frame) {
        if (length < 1 || length > DataTarget.Memory.LONGEST) {
            throw new RequestFailure("a data breakpoint watches 1 to " + DataTarget.Memory.LONGEST + " bytes");
        }
        MemorySpace space = place.space() != MemorySpace.CURRENT ? place.space()
                : frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
        return new DataTarget.Memory(new MemoryReference(space, place.address()), length);
    }

    /** A field that is not a register of the frame at the same time. */
    static Optional<VmcsField> field(String name) {
        if (RegisterNames.find(name) != null) {
            return Optional.empty();
        }
        for (FieldArea area : new FieldArea[] {FieldArea.EXIT, FieldArea.CONTROL}) {
            VmcsField found = VmcsField.find(area, name);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.ofNullable(VmcsField.find(name));
    }

    private static int sizeOf(String word) {
        return word == null ? DEFAULT_LENGTH : switch (word.toLowerCase(Locale.ROOT)) {
            case "byte" -> 1;
            case "word" -> 2;
            case "dword" -> 4;
            default -> DEFAULT_LENGTH;
        };
    }
}
