// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;

/** Reads attribute values by their form ("Attribute Encodings" of the DWARF standard). Numbers are Long, strings String, the rest null. */
final class Form {
    static final int STRING = 0x08;
    static final int DATA4 = 0x06;
    static final int DATA1 = 0x0b;
    static final int SEC_OFFSET = 0x17;
    static final int ADDR = 0x01;
    static final int DATA2 = 0x05;
    private static final int INDIRECT = 0x16;
    private static final int IMPLICIT_CONST = 0x21;

    private final DebugSections debug;
    private final int version;
    private final int addressSize;
    private final int offsetSize;
    private long stringOffsetsBase;

    Form(DebugSections debug, int version, int addressSize, int offsetSize) {
        this.debug = debug;
        this.version = version;
        this.addressSize = addressSize;
        this.offsetSize = offsetSize;
        stringOffsetsBase = offsetSize == 8 ? 16 : 8;
    }

    void stringOffsetsBase(long base) {
        stringOffsetsBase = base;
    }

    static boolean hasConstant(long form) {
        return form == IMPLICIT_CONST;
    }

    /** Whether a value is an index whose meaning depends on an attribute that may come later. */
    static boolean isStringIndex(long form) {
        return form == 0x1a || form >= 0x25 && form <= 0x28;
    }

    Object read(ByteReader in, long form) throws ImageFormatException {
        if (form < 0 || form > 0x2c) {
            return alternative(in, form);
        }
        return switch ((int) form) {
            case ADDR -> address(in);
            case 0x03 -> block(in, in.u16());
            case 0x04 -> block(in, in.u32());
            case DATA2, 0x12 -> (long) in.u16();
            case DATA4, 0x13, 0x1c -> in.u32();
            case 0x07, 0x14, 0x20, 0x24 -> in.u64();
            case STRING -> in.string();
            case 0x09, 0x18 -> block(in, in.uleb());
            case 0x0a -> block(in, in.u8());
            case DATA1, 0x0c, 0x11 -> (long) in.u8();
            case 0x0d -> in.sleb();
            case 0x0e -> debug.section(".debug_str").stringAt(in.unsigned(offsetSize));
            case 0x0f, 0x15, 0x1b, 0x22, 0x23 -> in.uleb();
            case 0x10 -> version <= 2 ? address(in) : (Object) in.unsigned(offsetSize);
            case INDIRECT -> indirect(in);
            case SEC_OFFSET -> in.unsigned(offsetSize);
            case 0x19 -> 1L;
            case 0x1a -> indexed(in.uleb());
            case 0x1d -> supplementary(in);
            case 0x1e -> block(in, 16);
            case 0x1f -> debug.section(".debug_line_str").stringAt(in.unsigned(offsetSize));
            case IMPLICIT_CONST -> null;
            case 0x25, 0x26, 0x27, 0x28 -> indexed(in.unsigned((int) form - 0x24));
            case 0x29, 0x2a, 0x2b, 0x2c -> in.unsigned((int) form - 0x28);
            default -> throw unknown(in, form);
        };
    }

    private Object address(ByteReader in) throws ImageFormatException {
        return in.unsigned(addressSize);
    }

    private Object indirect(ByteReader in) throws ImageFormatException {
        long form = in.uleb();
        if (form == INDIRECT || form == IMPLICIT_CONST) {
            throw unknown(in, form);
        }
        return read(in, form);
    }

    /** A string in a file of its own, which is not looked for. */
    private Object supplementary(ByteReader in) throws ImageFormatException {
        in.skip(offsetSize);
        return null;
    }

    /** Forms by which GNU tools did in DWARF 4 what DWARF 5 standardised. */
    private Object alternative(ByteReader in, long form) throws ImageFormatException {
        return switch ((int) form) {
            case 0x1f01, 0x1f02 -> in.uleb();
            case 0x1f20, 0x1f21 -> supplementary(in);
            default -> throw unknown(in, form);
        };
    }

    private static ImageFormatException unknown(ByteReader in, long form) {
        return in.damaged("it uses the unknown form 0x" + Long.toHexString(form));
    }

    private static Object block(ByteReader in, long size) throws ImageFormatException {
        in.skip(size);
        return null;
    }

    private Object indexed(long index) throws ImageFormatException {
        ByteReader offsets = debug.section(".debug_str_offsets");
        if (index < 0 || index > offsets.length()) {
            throw offsets.damaged("there is no string " + index);
        }
        long offset = offsets.seek(stringOffsetsBase + index * offsetSize).unsigned(offsetSize);
        return debug.section(".debug_str").stringAt(offset);
    }
}
