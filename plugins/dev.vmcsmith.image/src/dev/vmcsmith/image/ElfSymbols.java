// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.List;

/** Reads the symbol table of an ELF file: what has a name and a place; file names, section symbols and imports are left out. */
final class ElfSymbols {
    private final ByteReader file;
    private final List<ElfSection> sections;

    ElfSymbols(ByteReader file, List<ElfSection> sections) {
        this.file = file;
        this.sections = sections;
    }

    SymbolTable read() throws ImageFormatException {
        List<Symbol> found = new ArrayList<>();
        for (ElfSection section : sections) {
            if (section.type() == ElfFormat.SHT_SYMTAB) {
                read(section, found);
            }
        }
        return found.isEmpty() ? SymbolTable.EMPTY : new SymbolTable(found);
    }

    private void read(ElfSection section, List<Symbol> found) throws ImageFormatException {
        if (section.link() < 0 || section.link() >= sections.size()) {
            throw new ImageFormatException("the symbol table has no names; the file is damaged, build it again");
        }
        ByteReader names = sections.get(section.link()).content(file);
        ByteReader table = section.content(file);
        int size = ElfFormat.symbolSize(section.bits());
        for (int i = 1; i < table.length() / size; i++) {
            table.seek((long) i * size);
            Symbol symbol = section.bits() == 64 ? wide(table, names) : narrow(table, names);
            if (symbol != null) {
                found.add(symbol);
            }
        }
    }

    private static Symbol wide(ByteReader in, ByteReader names) throws ImageFormatException {
        long name = in.u32();
        int info = in.u8();
        in.skip(1);
        int section = in.u16();
        long value = in.u64();
        return symbol(names, name, info, section, value, in.u64());
    }

    private static Symbol narrow(ByteReader in, ByteReader names) throws ImageFormatException {
        long name = in.u32();
        long value = in.u32();
        long size = in.u32();
        int info = in.u8();
        in.skip(1);
        return symbol(names, name, info, in.u16(), value, size);
    }

    private static Symbol symbol(ByteReader names, long name, int info, int section, long value, long size) throws ImageFormatException {
        if (section == ElfFormat.SHN_UNDEF || name == 0) {
            return null;
        }
        Symbol.Kind kind = switch (info & 0xF) {
            case ElfFormat.STT_NOTYPE -> section == ElfFormat.SHN_ABS ? Symbol.Kind.CONSTANT : Symbol.Kind.LABEL;
            case ElfFormat.STT_OBJECT -> Symbol.Kind.OBJECT;
            case ElfFormat.STT_FUNC, ElfFormat.STT_GNU_IFUNC -> Symbol.Kind.FUNCTION;
            default -> null;
        };
        return kind == null ? null : new Symbol(names.stringAt(name), value, size, kind);
    }
}
