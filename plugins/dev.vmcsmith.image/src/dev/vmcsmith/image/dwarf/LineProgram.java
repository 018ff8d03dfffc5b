// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** Runs one line program ("The Line Number Program"): a small machine whose registers become rows. */
final class LineProgram {
    static final int COPY = 1;
    static final int ADVANCE_PC = 2;
    static final int ADVANCE_LINE = 3;
    static final int SET_FILE = 4;
    static final int SET_COLUMN = 5;
    static final int NEGATE_STATEMENT = 6;
    static final int CONST_ADD_PC = 8;
    static final int FIXED_ADVANCE_PC = 9;
    static final int END_SEQUENCE = 1;
    static final int SET_ADDRESS = 2;
    private static final int DEFINE_FILE = 3;

    private final LineHeader header;
    private final ByteReader in;
    private final LongPredicate loaded;
    private final List<LineRow> result;
    private final List<LineRow> sequence = new ArrayList<>();
    private long address;
    private long operation;
    private long file;
    private String fileName;
    private int line;
    private int column;
    private boolean statement;

    LineProgram(LineHeader header, ByteReader in, LongPredicate loaded, List<LineRow> result) {
        this.header = header;
        this.in = in;
        this.loaded = loaded;
        this.result = result;
    }

    void run() throws ImageFormatException {
        reset();
        while (in.remaining() > 0) {
            int opcode = in.u8();
            if (opcode >= header.opcodeBase) {
                int adjusted = opcode - header.opcodeBase;
                advance(adjusted / header.lineRange);
                line += header.lineBase + adjusted % header.lineRange;
                row();
            } else if (opcode == 0) {
                extended();
            } else {
                standard(opcode);
            }
        }
    }

    private void reset() {
        address = 0;
        operation = 0;
        file = 1;
        fileName = null;
        line = 1;
        column = 0;
        statement = header.defaultIsStatement;
        sequence.clear();
    }

    private void advance(long operations) {
        if (header.operationsPerInstruction == 1) {
            address += operations * header.minimumLength;
        } else {
            long total = operation + operations;
            address += header.minimumLength * (total / header.operationsPerInstruction);
            operation = total % header.operationsPerInstruction;
        }
    }

    private void row() {
        if (fileName == null) {
            fileName = header.file(file);
        }
        sequence.add(new LineRow(address, fileName, Math.max(0, line), column, statement, false));
    }

    private void standard(int opcode) throws ImageFormatException {
        switch (opcode) {
            case COPY -> row();
            case ADVANCE_PC -> advance(in.uleb());
            case ADVANCE_LINE -> line += (int) in.sleb();
            case SET_FILE -> {
                file = in.uleb();
                fileName = null;
            }
            case SET_COLUMN -> column = (int) Math.min(0xFFFF, in.uleb() & Long.MAX_VALUE);
            case NEGATE_STATEMENT -> statement = !statement;
            case CONST_ADD_PC -> advance((255 - header.opcodeBase) / header.lineRange);
            case FIXED_ADVANCE_PC -> {
                address += in.u16();
                operation = 0;
            }
            default -> {
                for (int i = 0; i < header.operandCounts[opcode]; i++) {
                    in.uleb();
                }
            }
        }
    }

    private void extended() throws ImageFormatException {
        long length = in.uleb();
        if (length < 1 || length > in.remaining()) {
            throw in.damaged("an opcode is longer than the line program");
        }
        int next = in.position() + (int) length;
        switch (in.u8()) {
            case END_SEQUENCE -> endSequence();
            case SET_ADDRESS -> {
                address = in.unsigned((int) Math.min(8, length - 1));
                operation = 0;
            }
            case DEFINE_FILE -> header.addFile(in, in.string());
            default -> { }
        }
        in.seek(next);
    }

    private void endSequence() throws ImageFormatException {
        sequence.add(LineRow.end(address));
        if (loaded.test(sequence.getFirst().address())) {
            for (int i = 1; i < sequence.size(); i++) {
                if (Long.compareUnsigned(sequence.get(i).address(), sequence.get(i - 1).address()) < 0) {
                    throw in.damaged("addresses go back inside a sequence");
                }
            }
            result.addAll(sequence);
        }
        reset();
    }
}
