// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of a line program ("The Line Number Program Header"): how its opcodes are packed, and its files with their full names.
 * File numbers count from 1 up to version 4 and from 0 in version 5; {@link #file} hides that.
 */
final class LineHeader {
    private static final int CONTENT_PATH = 1;
    private static final int CONTENT_DIRECTORY = 2;

    final int version;
    int minimumLength;
    int operationsPerInstruction = 1;
    boolean defaultIsStatement;
    int lineBase;
    int lineRange;
    int opcodeBase;
    int[] operandCounts;
    private final String compilationDirectory;
    private final List<String> directories = new ArrayList<>();
    private final List<String> files = new ArrayList<>();

    private LineHeader(int version, String compilationDirectory) {
        this.version = version;
        this.compilationDirectory = compilationDirectory;
    }

    /** Leaves the reader at the first opcode. Null for a version that is not known. */
    static LineHeader read(DebugSections debug, ByteReader in, int offsetSize, String compilationDirectory) throws ImageFormatException {
        int version = in.u16();
        if (version < 2 || version > 5) {
            return null;
        }
        LineHeader header = new LineHeader(version, compilationDirectory);
        int addressSize = 8;
        if (version >= 5) {
            addressSize = in.u8();
            in.u8();
        }
        long size = in.unsigned(offsetSize);
        long program = in.position() + size;
        if (size < 0 || size > in.remaining()) {
            throw in.damaged("the head of a line program is longer than the program");
        }
        header.readPacking(in);
        if (version >= 5) {
            Form forms = new Form(debug, version, addressSize, offsetSize);
            header.readEntries(in, forms, header.directories, false);
            header.readEntries(in, forms, header.files, true);
        } else {
            header.readNames(in);
        }
        in.seek(program);
        return header;
    }

    private void readPacking(ByteReader in) throws ImageFormatException {
        minimumLength = in.u8();
        if (version >= 4) {
            operationsPerInstruction = in.u8();
        }
        defaultIsStatement = in.u8() != 0;
        lineBase = in.s8();
        lineRange = in.u8();
        opcodeBase = in.u8();
        if (lineRange == 0 || opcodeBase == 0 || operationsPerInstruction == 0) {
            throw in.damaged("the head of a line program has a zero where none may be");
        }
        operandCounts = new int[opcodeBase];
        for (int i = 1; i < opcodeBase; i++) {
            operandCounts[i] = in.u8();
        }
    }

    private void readNames(ByteReader in) throws ImageFormatException {
        directories.add(compilationDirectory == null ? "" : compilationDirectory);
        for (String name = in.string(); !name.isEmpty(); name = in.string()) {
            directories.add(join(compilationDirectory, name));
        }
        for (String name = in.string(); !name.isEmpty(); name = in.string()) {
            addFile(in, name);
        }
    }

    /** One file of the table of versions 2 to 4, in the header or defined by an opcode. */
    void addFile(ByteReader in, String name) throws ImageFormatException {
        long directory = in.uleb();
        in.uleb();
        in.uleb();
        files.add(join(directory(directory), name));
    }

    private void readEntries(ByteReader in, Form forms, List<String> into, boolean asFiles) throws ImageFormatException {
        int formatCount = in.u8();
        long[] contents = new long[formatCount];
        long[] kinds = new long[formatCount];
        for (int i = 0; i < formatCount; i++) {
            contents[i] = in.uleb();
            kinds[i] = in.uleb();
        }
        long count = in.uleb();
        if (count < 0 || count > in.remaining()) {
            throw in.damaged("a table of names has more entries than bytes");
        }
        for (long entry = 0; entry < count; entry++) {
            String path = "";
            long directory = 0;
            for (int i = 0; i < formatCount; i++) {
                Object value = forms.read(in, kinds[i]);
                if (contents[i] == CONTENT_PATH && value instanceof String text) {
                    path = text;
                } else if (contents[i] == CONTENT_DIRECTORY && value instanceof Long number) {
                    directory = number;
                }
            }
            if (asFiles) {
                into.add(join(directory(directory), path));
            } else {
                into.add(into.isEmpty() ? join(compilationDirectory, path) : join(into.getFirst(), path));
            }
        }
    }

    private String directory(long index) {
        return index >= 0 && index < directories.size() ? directories.get((int) index) : "";
    }

    private static String join(String directory, String name) {
        boolean absolute = name.startsWith("/") || name.length() > 1 && name.charAt(1) == ':';
        if (absolute || directory == null || directory.isEmpty()) {
            return name;
        }
        if (name.isEmpty()) {
            return directory;
        }
        return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    /** Full name of a file by the number used in the program. */
    String file(long number) {
        long index = version >= 5 ? number : number - 1;
        return index >= 0 && index < files.size() ? files.get((int) index) : "";
    }
}
