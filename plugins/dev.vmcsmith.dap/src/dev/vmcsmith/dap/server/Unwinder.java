// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.CallFrame;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.x86.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the callers of a frame: by the compiler's call frame information, and in functions without it by frame pointers. Goes on only where
 * it is sure: by frame pointers in functions of the image that begin with {@code push rbp; mov rbp, rsp}; always to return addresses that
 * follow a call.
 */
final class Unwinder {
    private static final int MOST_FRAMES = 64;
    private static final int LONGEST_CALL = 7;
    private static final int ENDBR = 4;
    private static final int PROLOGUE = ENDBR + 4;
    private static final int PUSH_BP = 0x55;
    /** Registers that functions give back as they found them, unless call frame information says otherwise (System V ABI). */
    private static final int PRESERVED_32 = 1 << Gpr.RBX | 1 << Gpr.RBP | 1 << Gpr.RSI | 1 << Gpr.RDI;
    private static final int PRESERVED_64 = 1 << Gpr.RBX | 1 << Gpr.RBP | 0xF000;

    private final Debuggee debuggee;

    Unwinder(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    /**
     * Where a caller goes on.
     *
     * @param rip the return address, which is linear in code with flat segments
     * @param registers what is known of its registers after the return; its stack pointer always
     */
    record Caller(long rip, KnownRegisters registers) {
        private long rsp() {
            return registers.get(Gpr.RSP).orElse(0);
        }
    }

    /** The callers of a frame, the innermost first. */
    List<Caller> callers(Frame frame) {
        List<Caller> callers = new ArrayList<>();
        if (frame.registers().codeBits() == 16) {
            return callers;
        }
        Stack stack = new Stack(frame);
        Caller here = stack.here(frame);
        while (callers.size() < MOST_FRAMES) {
            Optional<Caller> next = stack.frame(here, callers.isEmpty()).flatMap(stack::returning);
            if (next.isEmpty() || Long.compareUnsigned(next.get().rsp(), here.rsp()) <= 0) {
                return callers;
            }
            here = next.get();
            callers.add(here);
        }
        return callers;
    }

    /** The canonical frame address of a frame: the stack pointer of its caller after the return. Empty when it cannot be known. */
    OptionalLong frameAddress(Frame frame) {
        if (frame.registers().codeBits() == 16) {
            return OptionalLong.empty();
        }
        Stack stack = new Stack(frame);
        return stack.frame(stack.here(frame), !frame.caller()).map(found -> found.registers.get(Gpr.RSP)).orElse(OptionalLong.empty());
    }

    /**
     * What a function will return to.
     *
     * @param slot where the return address is
     * @param registers what is known of the caller's registers after the return
     */
    private record Return(long slot, KnownRegisters registers) {
    }

    /** The stack of one side of the VMX boundary. */
    private final class Stack {
        private final MemorySpace space;
        private final int bits;
        private final int size;

        Stack(Frame frame) {
            space = frame.guest() ? MemorySpace.GUEST_VIRTUAL : MemorySpace.HOST_VIRTUAL;
            bits = frame.registers().codeBits();
            size = bits / Byte.SIZE;
        }

        Caller here(Frame frame) {
            return new Caller(frame.linear(), new KnownRegisters(frame.registers()));
        }

        Optional<Return> frame(Caller here, boolean innermost) {
            try {
                Optional<CallFrame> described = debuggee.image().callFrames().at(innermost ? here.rip : here.rip - 1)
                        .filter(row -> row.wordSize() == size);
                return described.isPresent() ? described(here, described.get()) : byFramePointer(here, innermost);
            } catch (RequestFailure e) {
                return Optional.empty();
            }
        }

        private Optional<Return> described(Caller here, CallFrame row) {
            OptionalLong base = here.registers.get(row.register());
            if (base.isEmpty()) {
                return Optional.empty();
            }
            long frameAddress = masked(base.getAsLong() + row.offset());
            KnownRegisters registers = here.registers.only(size == Long.BYTES ? PRESERVED_64 : PRESERVED_32);
            for (int register : row.lost()) {
                registers = registers.without(register);
            }
            for (var saved : row.saved().entrySet()) {
                registers = registers.with(saved.getKey(), number(masked(frameAddress + saved.getValue())));
            }
            return Optional.of(new Return(masked(frameAddress + row.returnOffset()), registers.with(Gpr.RSP, frameAddress)));
        }

        private Optional<Return> byFramePointer(Caller here, boolean innermost) {
            Optional<Symbol> function = debuggee.image().symbols().nearest(innermost ? here.rip : here.rip - 1)
                    .map(SymbolTable.Place::symbol);
            int prologue = function.isEmpty() ? -1 : prologue(function.get().address());
            OptionalLong frame = here.registers.get(Gpr.RBP);
            if (prologue < 0 || frame.isEmpty()) {
                return Optional.empty();
            }
            long offset = here.rip - function.get().address();
            boolean returning = Code.flow(code(here.rip, LONGEST_CALL), bits) == Code.Flow.RETURN;
            if (innermost && (offset <= prologue || returning)) {
                return Optional.of(at(here.rsp(), frame.getAsLong(), here));
            }
            long saved = innermost && offset == prologue + 1 ? here.rsp() : frame.getAsLong();
            return Optional.of(at(saved + size, number(saved), here));
        }

        private Return at(long slot, long callerFrame, Caller here) {
            return new Return(slot, here.registers.only(0).with(Gpr.RSP, slot + size).with(Gpr.RBP, callerFrame));
        }

        /** Offset of {@code push rbp} in a function that keeps a frame pointer, otherwise −1. */
        private int prologue(long function) {
            byte[] code = code(function, PROLOGUE);
            if (code.length < PROLOGUE) {
                return -1;
            }
            int at = (code[0] & 0xFF) == 0xF3 && code[1] == 0x0F && code[2] == 0x1E ? ENDBR : 0;
            int move = at + (bits == 64 ? 2 : 1);
            boolean moves = (code[move] & 0xFF) == 0x89 && (code[move + 1] & 0xFF) == 0xE5
                    || (code[move] & 0xFF) == 0x8B && (code[move + 1] & 0xFF) == 0xEC;
            return (code[at] & 0xFF) == PUSH_BP && moves && (bits != 64 || code[at + 1] == 0x48) ? at : -1;
        }

        Optional<Caller> returning(Return to) {
            if (code(to.slot, size).length < size) {
                return Optional.empty();
            }
            long target = number(to.slot);
            return followsCall(target) ? Optional.of(new Caller(target, to.registers)) : Optional.empty();
        }

        private boolean followsCall(long address) {
            byte[] before = code(address - LONGEST_CALL, LONGEST_CALL);
            for (int length = 2; before.length == LONGEST_CALL && length <= LONGEST_CALL; length++) {
                byte[] call = Arrays.copyOfRange(before, LONGEST_CALL - length, LONGEST_CALL);
                if (Code.flow(call, bits) == Code.Flow.CALL && debuggee.lengthOf(call, bits) == length) {
                    return true;
                }
            }
            return false;
        }

        private byte[] code(long address, int count) {
            return debuggee.memory().readable(new MemoryReference(space, address), count);
        }

        private long number(long address) {
            return debuggee.memory().number(new MemoryReference(space, address), size);
        }

        private long masked(long address) {
            return size == Long.BYTES ? address : address & 0xFFFF_FFFFL;
        }
    }
}
