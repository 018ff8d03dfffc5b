// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import dev.vmcsmith.image.bytes.ByteReader;
import dev.vmcsmith.image.dwarf.DebugSections;
import dev.vmcsmith.image.dwarf.FrameReader;
import dev.vmcsmith.image.dwarf.LineReader;
import dev.vmcsmith.image.dwarf.VariableReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads ELF32 and ELF64 executables for x86. Anything that is not one, or only a part of one, ends in an {@link ImageFormatException}
 * whose message starts with the file's name.
 */
public final class ElfReader {
    private final String name;
    private final byte[] data;
    private final ByteReader file;
    private int bits;
    private long entry;
    private final List<ElfSection> sections = new ArrayList<>();

    private ElfReader(byte[] data, String name) {
        this.data = data;
        this.name = name;
        file = ByteReader.of(data, "the ELF header");
    }

    /** Whether a file that begins so is an ELF file. */
    static boolean begins(byte[] start) {
        return start.length >= ElfFormat.MAGIC_SIZE
                && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() == ElfFormat.MAGIC;
    }

    /** Reads a file, which gzip may have compressed. */
    public static BootImage read(Path path) throws ImageFormatException {
        return read(ImageFile.content(path), path.toString());
    }

    /**
     * @param data the whole file; kept by the image, not to be changed
     * @param name how messages call it
     */
    public static BootImage read(byte[] data, String name) throws ImageFormatException {
        try {
            return new ElfReader(data, name).read();
        } catch (ImageFormatException e) {
            throw new ImageFormatException(name + ": " + e.getMessage(), e.details());
        }
    }

    private BootImage read() throws ImageFormatException {
        identify();
        boolean wide = bits == 64;
        file.seek(24);
        entry = address(file);
        long programHeaders = address(file);
        long sectionHeaders = address(file);
        file.skip(6);
        int programHeaderSize = file.u16();
        int programHeaderCount = file.u16();
        int sectionHeaderSize = file.u16();
        int sectionCount = file.u16();
        int sectionNames = file.u16();
        readSections(sectionHeaders, sectionHeaderSize, sectionCount, sectionNames);
        BootImage.Builder image = BootImage.builder(name, wide ? 64 : 32);
        MultibootHeader multiboot = MultibootHeader.find(data).orElse(null);
        image.multiboot(multiboot);
        List<Segment> segments = multiboot != null && multiboot.hasAddresses() ? List.of(byMultiboot(multiboot))
                : segments(programHeaders, programHeaderSize, programHeaderCount);
        segments.forEach(image::segment);
        image.entry(entry);
        image.symbols(new ElfSymbols(file, sections).read());
        image.lines(lines(segments));
        image.variables(this::variables);
        image.callFrames(() -> new FrameReader(debugSections()).read());
        for (ElfSection section : sections) {
            if (section.type() == ElfFormat.SHT_NOTE) {
                ElfNotes.read(section.content(file)).forEach(image::note);
            }
        }
        return image.read();
    }

    private void identify() throws ImageFormatException {
        if (!begins(data)) {
            throw new ImageFormatException(data.length == 0 ? "the file is empty; build it again"
                    : "not an ELF file; name an ELF executable or a setup (.hv)");
        }
        file.seek(ElfFormat.MAGIC_SIZE);
        int elfClass = file.u8();
        int order = file.u8();
        if (elfClass != ElfFormat.CLASS_32 && elfClass != ElfFormat.CLASS_64) {
            throw new ImageFormatException("the ELF header has an unknown class " + elfClass + "; the file is damaged, build it again");
        }
        if (order != ElfFormat.LITTLE_ENDIAN) {
            throw new ImageFormatException("not a little-endian ELF file, so not for x86; build it with an x86 compiler");
        }
        bits = elfClass == ElfFormat.CLASS_64 ? 64 : 32;
        if (data.length < ElfFormat.headerSize(bits)) {
            throw new ImageFormatException("the ELF header is cut off after " + data.length + " bytes; build or copy the file again");
        }
        file.seek(16);
        int type = file.u16();
        int machine = file.u16();
        if (machine != ElfFormat.EM_386 && machine != ElfFormat.EM_X86_64 && machine != ElfFormat.EM_IAMCU) {
            throw new ImageFormatException("an ELF file for another processor (machine " + machine + "); build it with an x86 compiler");
        }
        switch (type) {
            case ElfFormat.ET_EXEC -> { }
            case ElfFormat.ET_REL -> throw new ImageFormatException("an object file that is not linked; link it with ld first");
            case ElfFormat.ET_DYN -> throw new ImageFormatException("a shared or position-independent file; link it with -static -no-pie");
            case ElfFormat.ET_CORE -> throw new ImageFormatException("a core dump, not a program; name the executable");
            default -> throw new ImageFormatException("an ELF file of unknown type " + type + "; name an executable");
        }
    }

    private long address(ByteReader in) throws ImageFormatException {
        return bits == 64 ? in.u64() : in.u32();
    }

    private void readSections(long offset, int entrySize, int count, int names) throws ImageFormatException {
        if (offset == 0 || count == 0) {
            return;
        }
        if (entrySize != ElfFormat.sectionHeaderSize(bits)) {
            throw new ImageFormatException("the section headers have a wrong size " + entrySize + "; the file is damaged, build it again");
        }
        ByteReader table = file.part(offset, (long) entrySize * count, "the section header table");
        List<ElfSection> raw = new ArrayList<>();
        long[] nameOffsets = new long[count];
        for (int i = 0; i < count; i++) {
            table.seek((long) i * entrySize);
            nameOffsets[i] = table.u32();
            int type = (int) table.u32();
            raw.add(new ElfSection("#" + i, type, address(table), address(table), address(table), address(table), (int) table.u32(), bits));
        }
        if (names >= count) {
            throw new ImageFormatException("the section names are missing; the file is damaged, build it again");
        }
        ByteReader strings = raw.get(names).content(file);
        for (int i = 0; i < count; i++) {
            ElfSection section = raw.get(i);
            String text = names == ElfFormat.SHN_UNDEF ? "" : strings.stringAt(nameOffsets[i]);
            sections.add(new ElfSection(text, section.type(), section.flags(), section.address(), section.offset(), section.size(),
                    section.link(), bits));
        }
    }

    private List<Segment> segments(long offset, int entrySize, int count) throws ImageFormatException {
        if (count != 0 && entrySize != ElfFormat.programHeaderSize(bits)) {
            throw new ImageFormatException("the program headers have a wrong size " + entrySize + "; the file is damaged, build it again");
        }
        ByteReader table = file.part(offset, (long) entrySize * count, "the program header table");
        List<Segment> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            table.seek((long) i * entrySize);
            int type = (int) table.u32();
            int flags = bits == 64 ? (int) table.u32() : 0;
            long fileOffset = address(table);
            long virtual = address(table);
            long physical = address(table);
            long fileSize = address(table);
            long memorySize = address(table);
            if (bits == 32) {
                flags = (int) table.u32();
            }
            if (type == ElfFormat.PT_LOAD && memorySize != 0) {
                if (fileSize < 0 || memorySize < fileSize) {
                    throw new ImageFormatException("segment " + i + " has more bytes in the file than in memory; the file is damaged, "
                            + "build it again");
                }
                byte[] bytes = file.part(fileOffset, fileSize, "segment " + i).bytes(fileSize);
                result.add(new Segment(sectionAt(virtual, memorySize), physical, virtual, bytes, memorySize, flags & 7));
            }
        }
        if (result.isEmpty()) {
            throw new ImageFormatException("has no loadable segment; link it as an executable");
        }
        return result;
    }

    private String sectionAt(long address, long size) {
        for (ElfSection section : sections) {
            if (section.is(ElfFormat.SHF_ALLOC) && Long.compareUnsigned(section.address() - address, size) < 0) {
                return section.name();
            }
        }
        return "";
    }

    /** What a boot loader does when the multiboot header has addresses ("The address fields of Multiboot header"). */
    private Segment byMultiboot(MultibootHeader header) throws ImageFormatException {
        long from = header.offset() - (Integer.toUnsignedLong(header.headerAddress()) - Integer.toUnsignedLong(header.loadAddress()));
        long load = Integer.toUnsignedLong(header.loadAddress());
        long size = header.loadEnd() == 0 ? data.length - from : Integer.toUnsignedLong(header.loadEnd()) - load;
        long memory = header.bssEnd() == 0 ? size : Integer.toUnsignedLong(header.bssEnd()) - load;
        if (size < 0 || memory < size) {
            throw new ImageFormatException("the addresses in the multiboot header contradict each other; correct load_addr, load_end_addr "
                    + "and bss_end_addr");
        }
        entry = Integer.toUnsignedLong(header.entry());
        byte[] bytes = file.part(from, size, "the part named by the multiboot header").bytes(size);
        return new Segment("", load, load, bytes, memory, Segment.READ | Segment.WRITE | Segment.EXECUTE);
    }

    private DebugSections debugSections() {
        return new DebugSections(new DebugSections.Opener() {
            @Override
            public ByteReader open(String section) throws ImageFormatException {
                ElfSection found = section(section);
                return found == null ? null : found.content(file);
            }

            @Override
            public long address(String section) {
                ElfSection found = section(section);
                return found == null ? 0 : found.address();
            }
        });
    }

    private ElfSection section(String wanted) {
        return sections.stream().filter(candidate -> candidate.name().equals(wanted)).findFirst().orElse(null);
    }

    /** Damaged descriptions of variables are no reason not to debug. */
    private List<Variable> variables() {
        try {
            return new VariableReader(debugSections()).read();
        } catch (ImageFormatException | RuntimeException e) {
            return List.of();
        }
    }

    private LineTable lines(List<Segment> segments) throws ImageFormatException {
        try {
            return new LineTable(new LineReader(debugSections())
                    .read(address -> segments.stream().anyMatch(s -> s.containsVirtual(address))));
        } catch (ImageFormatException e) {
            throw new ImageFormatException("debug information: " + e.getMessage(), e.details());
        }
    }
}
