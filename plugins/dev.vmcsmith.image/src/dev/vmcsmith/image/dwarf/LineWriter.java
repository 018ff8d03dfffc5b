// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.LineTable;
import dev.vmcsmith.image.bytes.ByteWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a line table as DWARF 4: one line program, and the one compile unit by which debuggers find it. */
public final class LineWriter {
    private static final int VERSION = 4;
    private static final int LINE_BASE = -5;
    private static final int LINE_RANGE = 14;
    private static final int OPCODE_BASE = 13;
    private static final int[] OPERAND_COUNTS = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
    private static final int TAG_COMPILE_UNIT = 0x11;
    private static final int LANGUAGE_ASSEMBLER = 0x8001;

    private final LineTable table;
    private final int addressSize;
    private final Map<String, Integer> directories = new LinkedHashMap<>();
    private final Map<String, Integer> files = new LinkedHashMap<>();

    public LineWriter(LineTable table, int addressSize) {
        this.table = table;
        this.addressSize = addressSize;
        for (LineRow row : table.rows()) {
            if (!row.endSequence() && !files.containsKey(row.file())) {
                files.put(row.file(), files.size() + 1);
                String directory = directory(row.file());
                if (directory != null) {
                    directories.putIfAbsent(directory, directories.size() + 1);
                }
            }
        }
    }

    /** Directory part of an absolute name; names that are relative stay whole, in no directory. */
    private static String directory(String file) {
        int slash = file.lastIndexOf('/');
        return file.startsWith("/") ? file.substring(0, Math.max(1, slash)) : null;
    }

    private static String nameInDirectory(String file) {
        return file.startsWith("/") ? file.substring(file.lastIndexOf('/') + 1) : file;
    }

    /** Sections by name, in the order to be written. */
    public Map<String, byte[]> sections() {
        Map<String, byte[]> sections = new LinkedHashMap<>();
        sections.put(".debug_line", line());
        sections.put(".debug_info", info());
        sections.put(".debug_abbrev", abbreviations());
        return sections;
    }

    private byte[] line() {
        ByteWriter head = new ByteWriter();
        head.u8(1).u8(1).u8(1).u8(LINE_BASE).u8(LINE_RANGE).u8(OPCODE_BASE);
        for (int count : OPERAND_COUNTS) {
            head.u8(count);
        }
        directories.keySet().forEach(head::string);
        head.u8(0);
        files.keySet().forEach(file -> {
            String directory = directory(file);
            head.string(nameInDirectory(file)).uleb(directory == null ? 0 : directories.get(directory)).uleb(0).uleb(0);
        });
        head.u8(0);
        ByteWriter program = program();
        return new ByteWriter().u32(2 + 4 + head.size() + program.size()).u16(VERSION).u32(head.size()).bytes(head.toByteArray())
                .bytes(program.toByteArray()).toByteArray();
    }

    private ByteWriter program() {
        ByteWriter out = new ByteWriter();
        LineRow before = null;
        for (LineRow row : table.rows()) {
            if (before == null) {
                out.u8(0).uleb(1 + addressSize).u8(LineProgram.SET_ADDRESS).unsigned(row.address(), addressSize);
                before = new LineRow(row.address(), files.keySet().iterator().next(), 1, 0, true, false);
            }
            if (row.endSequence()) {
                out.u8(LineProgram.ADVANCE_PC).uleb(row.address() - before.address());
                out.u8(0).uleb(1).u8(LineProgram.END_SEQUENCE);
                before = null;
            } else {
                write(out, before, row);
                before = row;
            }
        }
        return out;
    }

    private void write(ByteWriter out, LineRow before, LineRow row) {
        if (!row.file().equals(before.file())) {
            out.u8(LineProgram.SET_FILE).uleb(files.get(row.file()));
        }
        if (row.column() != before.column()) {
            out.u8(LineProgram.SET_COLUMN).uleb(row.column());
        }
        if (row.isStatement() != before.isStatement()) {
            out.u8(LineProgram.NEGATE_STATEMENT);
        }
        int lines = row.line() - before.line();
        long bytes = row.address() - before.address();
        if (lines < LINE_BASE || lines >= LINE_BASE + LINE_RANGE) {
            out.u8(LineProgram.ADVANCE_LINE).sleb(lines);
            lines = 0;
        }
        long special = lines - LINE_BASE + LINE_RANGE * Math.min(bytes, 255) + OPCODE_BASE;
        if (special > 255) {
            out.u8(LineProgram.ADVANCE_PC).uleb(bytes);
            special = lines - LINE_BASE + OPCODE_BASE;
        }
        out.u8((int) special);
    }

    private byte[] info() {
        List<LineRow> rows = table.rows();
        long low = rows.getFirst().address();
        long high = rows.getLast().address();
        ByteWriter unit = new ByteWriter().u16(VERSION).u32(0).u8(addressSize);
        unit.uleb(1).string("VMCSmith").u16(LANGUAGE_ASSEMBLER).string(files.keySet().iterator().next()).u32(0);
        unit.unsigned(low, addressSize).unsigned(high, addressSize);
        return new ByteWriter().u32(unit.size()).bytes(unit.toByteArray()).toByteArray();
    }

    private static byte[] abbreviations() {
        ByteWriter out = new ByteWriter().uleb(1).uleb(TAG_COMPILE_UNIT).u8(0);
        List<int[]> attributes = new ArrayList<>(List.of(new int[] {0x25, Form.STRING}, new int[] {0x13, Form.DATA2},
                new int[] {0x03, Form.STRING}, new int[] {0x10, Form.SEC_OFFSET}, new int[] {0x11, Form.ADDR}, new int[] {0x12, Form.ADDR}));
        attributes.forEach(attribute -> out.uleb(attribute[0]).uleb(attribute[1]));
        return out.uleb(0).uleb(0).uleb(0).toByteArray();
    }
}
