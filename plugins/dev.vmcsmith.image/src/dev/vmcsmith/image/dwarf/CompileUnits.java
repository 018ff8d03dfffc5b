// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.HashMap;
import java.util.Map;

/** Finds the compilation directory that belongs to each line program: the only thing wanted of .debug_info. */
final class CompileUnits {
    private static final int STMT_LIST = 0x10;
    private static final int COMP_DIR = 0x1b;
    private static final int STR_OFFSETS_BASE = 0x72;
    private static final int UNIT_TYPE = 2;
    private static final int UNIT_SKELETON = 4;
    private static final int UNIT_SPLIT_COMPILE = 5;
    private static final int UNIT_SPLIT_TYPE = 6;

    private final DebugSections debug;
    private final Map<Long, String> directories = new HashMap<>();

    CompileUnits(DebugSections debug) {
        this.debug = debug;
    }

    /** Directory of each unit by the offset of its line program in .debug_line. */
    Map<Long, String> directories() throws ImageFormatException {
        ByteReader info = debug.section(".debug_info").seek(0);
        while (info.remaining() > 0) {
            UnitLength length = UnitLength.read(info);
            int start = info.position();
            readUnit(info.part(start, length.size(), "section .debug_info"), length.offsetSize());
            info.seek(start + length.size());
        }
        return directories;
    }

    private void readUnit(ByteReader unit, int offsetSize) throws ImageFormatException {
        int version = unit.u16();
        if (version < 2 || version > 5) {
            return;
        }
        int addressSize;
        long abbreviations;
        if (version >= 5) {
            int type = unit.u8();
            addressSize = unit.u8();
            abbreviations = unit.unsigned(offsetSize);
            switch (type) {
                case UNIT_TYPE, UNIT_SPLIT_TYPE -> unit.skip(8 + offsetSize);
                case UNIT_SKELETON, UNIT_SPLIT_COMPILE -> unit.skip(8);
                default -> { }
            }
        } else {
            abbreviations = unit.unsigned(offsetSize);
            addressSize = unit.u8();
        }
        if (addressSize != 4 && addressSize != 8) {
            throw unit.damaged("an address of " + addressSize + " bytes");
        }
        if (unit.remaining() > 0) {
            readRoot(unit, unit.uleb(), abbreviations, new Form(debug, version, addressSize, offsetSize));
        }
    }

    private void readRoot(ByteReader unit, long code, long abbreviations, Form forms) throws ImageFormatException {
        ByteReader abbreviation = debug.section(".debug_abbrev").seek(abbreviations);
        while (true) {
            long candidate = abbreviation.uleb();
            if (candidate == 0 || code == 0) {
                return;
            }
            abbreviation.uleb();
            abbreviation.u8();
            if (candidate == code) {
                readAttributes(unit, abbreviation, forms);
                return;
            }
            skipAttributes(abbreviation);
        }
    }

    private static void skipAttributes(ByteReader abbreviation) throws ImageFormatException {
        long attribute;
        long form;
        do {
            attribute = abbreviation.uleb();
            form = abbreviation.uleb();
            if (Form.hasConstant(form)) {
                abbreviation.sleb();
            }
        } while (attribute != 0 || form != 0);
    }

    private void readAttributes(ByteReader unit, ByteReader abbreviation, Form forms) throws ImageFormatException {
        Long lines = null;
        String directory = null;
        int directoryAt = -1;
        long directoryForm = 0;
        while (true) {
            long attribute = abbreviation.uleb();
            long form = abbreviation.uleb();
            if (attribute == 0 && form == 0) {
                break;
            }
            if (Form.hasConstant(form)) {
                abbreviation.sleb();
            }
            int at = unit.position();
            Object value = Form.isStringIndex(form) ? skipIndex(unit, form) : forms.read(unit, form);
            if (attribute == STMT_LIST && value instanceof Long offset) {
                lines = offset;
            } else if (attribute == COMP_DIR) {
                directory = value instanceof String text ? text : null;
                directoryAt = at;
                directoryForm = form;
            } else if (attribute == STR_OFFSETS_BASE && value instanceof Long base) {
                forms.stringOffsetsBase(base);
            }
        }
        if (directory == null && Form.isStringIndex(directoryForm)) {
            directory = forms.read(unit.seek(directoryAt), directoryForm) instanceof String text ? text : null;
        }
        if (lines != null && directory != null) {
            directories.putIfAbsent(lines, directory);
        }
    }

    private static Object skipIndex(ByteReader unit, long form) throws ImageFormatException {
        if (form == 0x1a) {
            unit.uleb();
        } else {
            unit.skip(form - 0x24);
        }
        return null;
    }
}
