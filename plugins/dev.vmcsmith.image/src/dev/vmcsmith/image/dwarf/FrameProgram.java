// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.CallFrame;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Executes call frame instructions ("Call Frame Instructions" of the DWARF standard) up to the row of one address. */
final class FrameProgram {
    /** A register's rule that is not an offset from the canonical frame address. */
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** What all functions of a common information entry share. */
    record Common(long codeAlignment, long dataAlignment, long returnColumn, byte[] instructions, int pointerEncoding, boolean augmented) {
        int addressSize() {
            return DwarfRegisters.addressSize(returnColumn);
        }
    }

    private record State(long register, long offset, Map<Long, Long> rules) {
    }

    private final Common common;
    private final long wanted;
    private final Deque<State> remembered = new ArrayDeque<>();
    private long location;
    private long cfaRegister = -1;
    private long cfaOffset;
    private Map<Long, Long> rules = new HashMap<>();
    private Map<Long, Long> initial = Map.of();

    private FrameProgram(Common common, long start, long wanted) {
        this.common = common;
        this.location = start;
        this.wanted = wanted;
    }

    /** The row of an address in a function that begins at {@code start}; empty when it is described by expressions. */
    static Optional<CallFrame> row(Common common, byte[] instructions, long start, long address) throws ImageFormatException {
        FrameProgram program = new FrameProgram(common, start, address);
        program.run(ByteReader.of(common.instructions, "call frame information"));
        program.initial = Map.copyOf(program.rules);
        program.run(ByteReader.of(instructions, "call frame information"));
        return program.row();
    }

    private Optional<CallFrame> row() {
        int size = common.addressSize();
        int register = DwarfRegisters.encoding(cfaRegister, size);
        long back = rules.getOrDefault(common.returnColumn, UNKNOWN);
        if (register < 0 || back == UNKNOWN) {
            return Optional.empty();
        }
        Map<Integer, Long> saved = new HashMap<>();
        Set<Integer> lost = new HashSet<>();
        rules.forEach((number, offset) -> {
            int encoding = DwarfRegisters.encoding(number, size);
            if (encoding >= 0 && offset == UNKNOWN) {
                lost.add(encoding);
            } else if (encoding >= 0) {
                saved.put(encoding, offset);
            }
        });
        return Optional.of(new CallFrame(register, cfaOffset, back, Map.copyOf(saved), Set.copyOf(lost), size));
    }

    private void run(ByteReader in) throws ImageFormatException {
        while (in.remaining() > 0) {
            int code = in.u8();
            int operand = code & 0x3f;
            switch (code >> 6) {
                case 1 -> location += operand * common.codeAlignment;
                case 2 -> rules.put((long) operand, in.uleb() * common.dataAlignment);
                case 3 -> restore(operand);
                default -> extended(code, in);
            }
            if (Long.compareUnsigned(location, wanted) > 0) {
                return;
            }
        }
    }

    private void extended(int code, ByteReader in) throws ImageFormatException {
        switch (code) {
            case 0x00 -> { }
            case 0x01 -> location = in.unsigned(common.addressSize());
            case 0x02 -> location += in.u8() * common.codeAlignment;
            case 0x03 -> location += in.u16() * common.codeAlignment;
            case 0x04 -> location += in.u32() * common.codeAlignment;
            case 0x05 -> rules.put(in.uleb(), in.uleb() * common.dataAlignment);
            case 0x06 -> restore(in.uleb());
            case 0x07 -> rules.put(in.uleb(), UNKNOWN);
            case 0x08 -> rules.remove(in.uleb());
            case 0x09, 0x14 -> {
                rules.put(in.uleb(), UNKNOWN);
                in.uleb();
            }
            case 0x0a -> remembered.push(new State(cfaRegister, cfaOffset, new HashMap<>(rules)));
            case 0x0b -> recall(in);
            case 0x0c -> {
                cfaRegister = in.uleb();
                cfaOffset = in.uleb();
            }
            case 0x0d -> cfaRegister = in.uleb();
            case 0x0e -> cfaOffset = in.uleb();
            case 0x0f -> {
                cfaRegister = -1;
                in.skip(in.uleb());
            }
            case 0x10, 0x16 -> {
                rules.put(in.uleb(), UNKNOWN);
                in.skip(in.uleb());
            }
            case 0x11 -> rules.put(in.uleb(), in.sleb() * common.dataAlignment);
            case 0x12 -> {
                cfaRegister = in.uleb();
                cfaOffset = in.sleb() * common.dataAlignment;
            }
            case 0x13 -> cfaOffset = in.sleb() * common.dataAlignment;
            case 0x15 -> {
                rules.put(in.uleb(), UNKNOWN);
                in.sleb();
            }
            case 0x2e -> in.uleb();
            default -> throw in.damaged("it has the unknown instruction 0x" + Integer.toHexString(code));
        }
    }

    private void restore(long register) {
        Long rule = initial.get(register);
        if (rule == null) {
            rules.remove(register);
        } else {
            rules.put(register, rule);
        }
    }

    private void recall(ByteReader in) throws ImageFormatException {
        if (remembered.isEmpty()) {
            throw in.damaged("it recalls a row that was not remembered");
        }
        State state = remembered.pop();
        cfaRegister = state.register;
        cfaOffset = state.offset;
        rules = state.rules;
    }
}
