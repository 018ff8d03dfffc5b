// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.image.SymbolTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the callers of a frame by frame pointers, as compilers without optimisation use them. Goes on only where it is sure: in functions of
 * the image that begin with {@code push rbp; mov rbp, rsp}, to return addresses that follow a call.
 */
final class Unwinder {
    private static final int MOST_FRAMES = 64;
    private static final int LONGEST_CALL = 7;
    private static final int ENDBR = 4;
    private static final int PROLOGUE = ENDBR + 4;
    private static final int PUSH_BP = 0x55;

    private final Debuggee debuggee;

    Unwinder(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /**
     * Where a caller goes on.
     *
     * @param rip the return address, which is linear in code with flat segments
     */
    record Caller(long rip, long rsp, long rbp) {
    }

    /** The callers of a frame, the innermost first. */
    List<Caller> callers(Frame frame) {
        int bits = frame.registers().codeBits();
        List<Caller> callers = new ArrayList<>();
        if (bits == 16) {
            return callers;
        }
        MemorySpace space = frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
        Caller here = new Caller(frame.linear(), frame.registers().get("rsp").orElse(0), frame.registers().get("rbp").orElse(0));
        while (callers.size() < MOST_FRAMES) {
            Optional<Caller> next = caller(here, space, bits, callers.isEmpty());
            if (next.isEmpty() || Long.compareUnsigned(next.get().rsp, here.rsp) <= 0) {
                return callers;
            }
            here = next.get();
            callers.add(here);
        }
        return callers;
    }

    /** The canonical frame address of a frame: the stack pointer of its caller after the return. Empty when it cannot be known. */
    OptionalLong frameAddress(Frame frame) {
        MemorySpace space = frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
        Caller here = new Caller(frame.linear(), frame.registers().get("rsp").orElse(0), frame.registers().get("rbp").orElse(0));
        int bits = frame.registers().codeBits();
        return slot(here, space, bits, !frame.caller()).map(slot -> OptionalLong.of(slot.address + bits / 8)).orElse(OptionalLong.empty());
    }

    /** Where a return address is, and the caller's frame pointer. */
    private record Slot(long address, long callerBp) {
    }

    private Optional<Caller> caller(Caller here, MemorySpace space, int bits, boolean innermost) {
        return slot(here, space, bits, innermost).flatMap(slot -> returning(slot, space, bits / 8));
    }

    private Optional<Slot> slot(Caller here, MemorySpace space, int bits, boolean innermost) {
        long lookup = innermost ? here.rip : here.rip - 1;
        Optional<Symbol> function = debuggee.image().symbols().nearest(lookup).map(SymbolTable.Place::symbol);
        if (function.isEmpty()) {
            return Optional.empty();
        }
        int size = bits / 8;
        int prologue = prologue(function.get().address(), space, bits);
        if (prologue < 0) {
            return Optional.empty();
        }
        try {
            long offset = here.rip - function.get().address();
            boolean returning = Code.flow(debuggee.memory().readable(new MemoryReference(space, here.rip), LONGEST_CALL), bits)
                    == Code.Flow.RETURN;
            if (innermost && (offset <= prologue || returning)) {
                return Optional.of(new Slot(here.rsp, here.rbp));
            }
            if (innermost && offset == prologue + 1) {
                return Optional.of(new Slot(here.rsp + size, number(here.rsp, space, size)));
            }
            return Optional.of(new Slot(here.rbp + size, number(here.rbp, space, size)));
        } catch (RequestFailure e) {
            return Optional.empty();
        }
    }

    /** Offset of {@code push rbp} in a function that keeps a frame pointer, otherwise −1. */
    private int prologue(long function, MemorySpace space, int bits) {
        byte[] code = debuggee.memory().readable(new MemoryReference(space, function), PROLOGUE);
        if (code.length < PROLOGUE) {
            return -1;
        }
        int at = (code[0] & 0xFF) == 0xF3 && code[1] == 0x0F && code[2] == 0x1E ? ENDBR : 0;
        int move = at + (bits == 64 ? 2 : 1);
        boolean moves = (code[move] & 0xFF) == 0x89 && (code[move + 1] & 0xFF) == 0xE5
                || (code[move] & 0xFF) == 0x8B && (code[move + 1] & 0xFF) == 0xEC;
        return (code[at] & 0xFF) == PUSH_BP && moves && (bits != 64 || code[at + 1] == 0x48) ? at : -1;
    }

    private Optional<Caller> returning(Slot slot, MemorySpace space, int size) {
        byte[] there = debuggee.memory().readable(new MemoryReference(space, slot.address), size);
        if (there.length < size) {
            return Optional.empty();
        }
        long target = number(slot.address, space, size);
        return followsCall(target, space, size * 8) ? Optional.of(new Caller(target, slot.address + size, slot.callerBp))
                : Optional.empty();
    }

    private boolean followsCall(long address, MemorySpace space, int bits) {
        byte[] before = debuggee.memory().readable(new MemoryReference(space, address - LONGEST_CALL), LONGEST_CALL);
        for (int length = 2; before.length == LONGEST_CALL && length <= LONGEST_CALL; length++) {
            byte[] code = Arrays.copyOfRange(before, LONGEST_CALL - length, LONGEST_CALL);
            if (Code.flow(code, bits) == Code.Flow.CALL && debuggee.lengthOf(code, bits) == length) {
                return true;
            }
        }
        return false;
    }

    private long number(long address, MemorySpace space, int size) {
        return debuggee.memory().number(new MemoryReference(space, address), size);
    }
}
