// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import dev.vmcsmith.image.bytes.ByteWriter;
import dev.vmcsmith.image.dwarf.LineWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an image as an ELF executable: a program header per segment, sections for tools, the symbol table, notes, and the line table
 * as DWARF 4. The first segment begins in the first 4 KiB of the file, so a multiboot header at its start is found.
 */
public final class ElfWriter {
    /** Offset and address of a segment agree modulo this: enough for boot loaders, and the file stays small. */
    private static final int ALIGNMENT = 16;

    private final BootImage image;
    private final int bits;
    private final ByteWriter out = new ByteWriter();
    private final List<Header> headers = new ArrayList<>();
    private final ByteWriter names = new ByteWriter().u8(0);
    private final List<Integer> segmentSections = new ArrayList<>();

    /** A section header before it is written. */
    private record Header(int name, int type, long flags, long address, long offset, long size, int link, int info, int align, int entrySize) {
    }

    private ElfWriter(BootImage image) {
        this.image = image;
        bits = image.bits();
    }

    /** The whole file. */
    public static byte[] write(BootImage image) {
        return new ElfWriter(image).write();
    }

    private byte[] write() {
        headers.add(new Header(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        out.bytes(new byte[ElfFormat.headerSize(bits) + ElfFormat.programHeaderSize(bits) * image.segments().size()]);
        ByteWriter programHeaders = new ByteWriter();
        for (Segment segment : image.segments()) {
            writeSegment(segment, programHeaders);
        }
        writeDetails();
        writeSymbols();
        int nameSection = headers.size();
        int nameOfNames = name(".shstrtab");
        headers.add(new Header(nameOfNames, ElfFormat.SHT_STRTAB, 0, 0, out.size(), names.size(), 0, 0, 1, 0));
        out.bytes(names.toByteArray()).align(8, 0);
        long table = out.size();
        headers.forEach(this::writeHeader);
        byte[] file = out.toByteArray();
        byte[] head = fileHeader(table, nameSection).bytes(programHeaders.toByteArray()).toByteArray();
        System.arraycopy(head, 0, file, 0, head.length);
        return file;
    }

    private ByteWriter fileHeader(long table, int nameSection) {
        ByteWriter head = new ByteWriter().u32(ElfFormat.MAGIC).u8(bits == 64 ? ElfFormat.CLASS_64 : ElfFormat.CLASS_32)
                .u8(ElfFormat.LITTLE_ENDIAN).u8(1).align(ALIGNMENT, 0);
        head.u16(ElfFormat.ET_EXEC).u16(bits == 64 ? ElfFormat.EM_X86_64 : ElfFormat.EM_386).u32(1);
        address(head, image.entry());
        address(head, image.segments().isEmpty() ? 0 : ElfFormat.headerSize(bits));
        address(head, table);
        return head.u32(0).u16(ElfFormat.headerSize(bits)).u16(ElfFormat.programHeaderSize(bits)).u16(image.segments().size())
                .u16(ElfFormat.sectionHeaderSize(bits)).u16(headers.size()).u16(nameSection);
    }

    private ByteWriter address(ByteWriter to, long value) {
        return to.unsigned(value, bits / 8);
    }

    private int name(String text) {
        int offset = names.size();
        names.string(text);
        return offset;
    }

    private void writeSegment(Segment segment, ByteWriter programHeaders) {
        out.align(ALIGNMENT, segment.virtualAddress());
        long offset = out.size();
        long size = segment.bytes().length;
        out.bytes(segment.bytes());
        programHeaders.u32(ElfFormat.PT_LOAD);
        if (bits == 64) {
            programHeaders.u32(segment.flags());
        }
        for (long value : new long[] {offset, segment.virtualAddress(), segment.physicalAddress(), size, segment.memorySize()}) {
            address(programHeaders, value);
        }
        if (bits == 32) {
            programHeaders.u32(segment.flags());
        }
        address(programHeaders, ALIGNMENT);
        writeSections(segment, offset, size);
    }

    private void writeSections(Segment segment, long offset, long size) {
        long flags = ElfFormat.SHF_ALLOC | ((segment.flags() & Segment.WRITE) != 0 ? ElfFormat.SHF_WRITE : 0)
                | ((segment.flags() & Segment.EXECUTE) != 0 ? ElfFormat.SHF_EXECINSTR : 0);
        String name = segment.name().isEmpty() ? ".segment" + segmentSections.size() : segment.name();
        segmentSections.add(headers.size());
        if (size != 0) {
            headers.add(new Header(name(name), ElfFormat.SHT_PROGBITS, flags, segment.virtualAddress(), offset, size, 0, 0, 1, 0));
        }
        if (segment.memorySize() > size) {
            headers.add(new Header(name(size == 0 ? name : name + ".bss"), ElfFormat.SHT_NOBITS, flags, segment.virtualAddress() + size,
                    offset + size, segment.memorySize() - size, 0, 0, 1, 0));
        }
    }

    private void writeDetails() {
        if (!image.notes().isEmpty()) {
            out.align(4, 0);
            byte[] notes = ElfNotes.write(image.notes());
            headers.add(new Header(name(".note.vmcsmith"), ElfFormat.SHT_NOTE, 0, 0, out.size(), notes.length, 0, 0, 4, 0));
            out.bytes(notes);
        }
        if (!image.lines().isEmpty()) {
            new LineWriter(image.lines(), bits / 8).sections().forEach((name, bytes) -> {
                headers.add(new Header(name(name), ElfFormat.SHT_PROGBITS, 0, 0, out.size(), bytes.length, 0, 0, 1, 0));
                out.bytes(bytes);
            });
        }
    }

    private void writeSymbols() {
        ByteWriter strings = new ByteWriter().u8(0);
        ByteWriter table = new ByteWriter().bytes(new byte[ElfFormat.symbolSize(bits)]);
        for (Symbol symbol : image.symbols().symbols()) {
            int name = strings.size();
            strings.string(symbol.name());
            int type = switch (symbol.kind()) {
                case LABEL, CONSTANT -> ElfFormat.STT_NOTYPE;
                case OBJECT -> ElfFormat.STT_OBJECT;
                case FUNCTION -> ElfFormat.STT_FUNC;
            };
            int info = ElfFormat.STB_GLOBAL << 4 | type;
            if (bits == 64) {
                table.u32(name).u8(info).u8(0).u16(sectionOf(symbol)).unsigned(symbol.address(), 8).unsigned(symbol.size(), 8);
            } else {
                table.u32(name).u32(symbol.address()).u32(symbol.size()).u8(info).u8(0).u16(sectionOf(symbol));
            }
        }
        out.align(8, 0);
        int link = headers.size() + 1;
        headers.add(new Header(name(".symtab"), ElfFormat.SHT_SYMTAB, 0, 0, out.size(), table.size(), link, 1, 8,
                ElfFormat.symbolSize(bits)));
        out.bytes(table.toByteArray());
        headers.add(new Header(name(".strtab"), ElfFormat.SHT_STRTAB, 0, 0, out.size(), strings.size(), 0, 0, 1, 0));
        out.bytes(strings.toByteArray());
    }

    private int sectionOf(Symbol symbol) {
        if (symbol.kind() != Symbol.Kind.CONSTANT) {
            for (int i = 0; i < segmentSections.size(); i++) {
                if (image.segments().get(i).containsVirtual(symbol.address())) {
                    return segmentSections.get(i);
                }
            }
            return segmentSections.isEmpty() ? ElfFormat.SHN_ABS : segmentSections.getFirst();
        }
        return ElfFormat.SHN_ABS;
    }

    private void writeHeader(Header header) {
        out.u32(header.name).u32(header.type);
        for (long value : new long[] {header.flags, header.address, header.offset, header.size}) {
            address(out, value);
        }
        out.u32(header.link).u32(header.info);
        address(address(out, header.align), header.entrySize);
    }
}
