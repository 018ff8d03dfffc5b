// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/** Numbers of the ELF specification that the reader and the writer share. */
final class ElfFormat {
    static final int MAGIC = 0x464C_457F, MAGIC_SIZE = 4;
    static final int CLASS_32 = 1;
    static final int CLASS_64 = 2;
    static final int LITTLE_ENDIAN = 1;
    static final int ET_REL = 1;
    static final int ET_EXEC = 2;
    static final int ET_DYN = 3;
    static final int ET_CORE = 4;
    static final int EM_386 = 3;
    static final int EM_IAMCU = 6;
    static final int EM_X86_64 = 62;
    static final int PT_LOAD = 1;
    static final int PT_NOTE = 4;
    static final int SHT_PROGBITS = 1;
    static final int SHT_SYMTAB = 2;
    static final int SHT_STRTAB = 3;
    static final int SHT_NOTE = 7;
    static final int SHT_NOBITS = 8;
    static final int SHF_WRITE = 1;
    static final int SHF_ALLOC = 2;
    static final int SHF_EXECINSTR = 4;
    static final int SHF_COMPRESSED = 0x800;
    static final int SHN_UNDEF = 0;
    static final int SHN_ABS = 0xFFF1;
    static final int STT_NOTYPE = 0;
    static final int STT_OBJECT = 1;
    static final int STT_FUNC = 2;
    static final int STT_GNU_IFUNC = 10;
    static final int STB_GLOBAL = 1;
    static final int COMPRESS_ZLIB = 1;

    private ElfFormat() {
    }

    static int headerSize(int bits) {
        return bits == 64 ? 64 : 52;
    }

    static int programHeaderSize(int bits) {
        return bits == 64 ? 56 : 32;
    }

    static int sectionHeaderSize(int bits) {
        return bits == 64 ? 64 : 40;
    }

    static int symbolSize(int bits) {
        return bits == 64 ? 24 : 16;
    }
}
