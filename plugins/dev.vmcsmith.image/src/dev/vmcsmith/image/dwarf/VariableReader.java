// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.Variable;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the variables of functions from .debug_info, with the places where they are while different stretches of the code execute. What it
 * does not understand, such as a variable in two registers, and everything in a program as large as an operating system, it leaves out.
 */
public final class VariableReader {
    /** More would keep the user waiting, and take much memory. */
    private static final int LARGEST = 64 << 20;
    private static final int COMPILE_UNIT = 0x11;
    private static final int SUBPROGRAM = 0x2e;
    private static final int INLINED_SUBROUTINE = 0x1d;
    private static final int LEXICAL_BLOCK = 0x0b;
    private static final int PARAMETER = 0x05;
    private static final int VARIABLE = 0x34;
    private static final int LOCATION = 0x02;
    private static final int NAME = 0x03;
    private static final int BYTE_SIZE = 0x0b;
    private static final int LOW_PC = 0x11;
    private static final int HIGH_PC = 0x12;
    private static final int CONST_VALUE = 0x1c;
    private static final int ABSTRACT_ORIGIN = 0x31;
    private static final int FRAME_BASE = 0x40;
    private static final int TYPE = 0x49;
    private static final int RANGES = 0x55;
    /** The form of a location list that is named by its number. */
    private static final int LIST_INDEX = 0x22;
    private static final int STR_OFFSETS_BASE = 0x72;
    private static final int OP_CALL_FRAME_CFA = 0x9c;

    private final DebugSections debug;
    private final List<Variable> variables = new ArrayList<>();

    public VariableReader(DebugSections debug) {
        this.debug = debug;
    }

    /** The variables of every unit whose format is known. */
    public List<Variable> read() throws ImageFormatException {
        ByteReader info = debug.section(".debug_info").seek(0);
        if (info.length() > LARGEST) {
            return List.of();
        }
        while (info.remaining() > 0) {
            int start = info.position();
            UnitLength length = UnitLength.read(info);
            int content = info.position();
            new Unit(start, content).read(info.part(content, length.size(), "section .debug_info"), length.offsetSize());
            info.seek(content + length.size());
        }
        return variables;
    }

    /** One row of an abbreviation table: pairs of attribute and form. */
    private record Abbreviation(int tag, boolean children, List<long[]> attributes) {
    }

    /** What is known of an entry. */
    private record Entry(int tag, Map<Integer, Object> attributes) {
        private long number(int attribute, long otherwise) {
            return attributes.get(attribute) instanceof Long value ? value : otherwise;
        }

        private String name() {
            return attributes.get(NAME) instanceof String text ? text : "";
        }
    }

    /**
     * The code around an entry.
     *
     * @param low 0 when the code is not one stretch; then only places that say themselves where they hold can be used
     * @param frame whether the frame base is the canonical frame address
     */
    private record Scope(long low, long high, boolean frame) {
        private static Scope scattered(boolean frame) {
            return new Scope(0, -1L, frame);
        }
    }

    /** One compilation unit. References between its entries are offsets from its start. */
    private final class Unit {
        private final int start;
        private final int content;
        private final Map<Long, Abbreviation> abbreviations = new HashMap<>();
        private final Map<Long, Entry> types = new HashMap<>();
        private final List<Entry> found = new ArrayList<>();
        private final List<Scope> scopes = new ArrayList<>();
        private LocationLists lists;
        private int addressSize;
        private long base;

        Unit(int start, int content) {
            this.start = start;
            this.content = content;
        }

        void read(ByteReader unit, int offsetSize) throws ImageFormatException {
            int version = unit.u16();
            if (version < 3 || version > 5 || version == 5 && unit.u8() != 1) {
                return;
            }
            addressSize = version == 5 ? unit.u8() : 0;
            long table = unit.unsigned(offsetSize);
            addressSize = version == 5 ? addressSize : unit.u8();
            readAbbreviations(debug.section(".debug_abbrev").seek(table));
            lists = new LocationLists(debug, version, addressSize);
            Form forms = new Form(debug, version, addressSize, offsetSize);
            List<Scope> open = new ArrayList<>();
            while (unit.remaining() > 0) {
                long offset = content - start + unit.position();
                Abbreviation abbreviation = abbreviations.get(unit.uleb());
                if (abbreviation == null) {
                    if (!open.isEmpty()) {
                        open.removeLast();
                    }
                    continue;
                }
                Entry entry = entry(unit, abbreviation, forms);
                types.put(offset, entry);
                if (entry.tag == COMPILE_UNIT) {
                    base = entry.number(LOW_PC, 0);
                }
                Scope around = open.isEmpty() ? null : open.getLast();
                if ((entry.tag == PARAMETER || entry.tag == VARIABLE) && around != null) {
                    found.add(entry);
                    scopes.add(around);
                }
                if (abbreviation.children) {
                    open.add(scope(entry, around));
                }
            }
            for (int i = 0; i < found.size(); i++) {
                add(found.get(i), scopes.get(i));
            }
        }

        private void readAbbreviations(ByteReader table) throws ImageFormatException {
            for (long code = table.uleb(); code != 0; code = table.uleb()) {
                int tag = (int) table.uleb();
                boolean children = table.u8() != 0;
                List<long[]> attributes = new ArrayList<>();
                for (long attribute = table.uleb(), form = table.uleb(); attribute != 0 || form != 0; attribute = table.uleb(),
                        form = table.uleb()) {
                    attributes.add(new long[] {attribute, form, Form.hasConstant(form) ? table.sleb() : 0});
                }
                abbreviations.put(code, new Abbreviation(tag, children, attributes));
            }
        }

        private Entry entry(ByteReader unit, Abbreviation abbreviation, Form forms) throws ImageFormatException {
            Map<Integer, Object> values = new HashMap<>();
            for (long[] attribute : abbreviation.attributes) {
                int form = (int) attribute[1];
                int at = unit.position();
                Object value = Form.hasConstant(form) ? (Object) attribute[2] : forms.read(unit, form);
                boolean expression = form == 0x18 || form == 0x0a || form == 0x09;
                if (expression) {
                    int end = unit.position();
                    unit.seek(at);
                    int length = form == 0x0a ? unit.u8() : (int) unit.uleb();
                    value = unit.bytes(length);
                    unit.seek(end);
                }
                if (attribute[0] == LOCATION && form == LIST_INDEX || attribute[0] == LOW_PC && form != Form.ADDR) {
                    value = null;
                }
                if (attribute[0] == STR_OFFSETS_BASE && value instanceof Long base) {
                    forms.stringOffsetsBase(base);
                }
                if (attribute[0] == HIGH_PC && value instanceof Long high && form != Form.ADDR) {
                    value = high + (values.get(LOW_PC) instanceof Long low ? low : 0);
                }
                values.put((int) attribute[0], value);
            }
            return new Entry(abbreviation.tag, values);
        }

        private Scope scope(Entry entry, Scope around) {
            boolean function = entry.tag == SUBPROGRAM;
            if (!function && (around == null || entry.tag != LEXICAL_BLOCK && entry.tag != INLINED_SUBROUTINE)) {
                return null;
            }
            boolean frame = function ? entry.attributes.get(FRAME_BASE) instanceof byte[] expression && expression.length == 1
                    && (expression[0] & 0xFF) == OP_CALL_FRAME_CFA : around.frame;
            long low = entry.number(LOW_PC, 0);
            if (low != 0) {
                return new Scope(low, entry.number(HIGH_PC, low), frame);
            }
            if (entry.tag == LEXICAL_BLOCK && !entry.attributes.containsKey(RANGES)) {
                return around;
            }
            return entry.attributes.containsKey(RANGES) ? Scope.scattered(frame) : null;
        }

        private void add(Entry entry, Scope scope) throws ImageFormatException {
            Entry origin = types.getOrDefault(entry.number(ABSTRACT_ORIGIN, 0), entry);
            if (origin.name().isEmpty()) {
                return;
            }
            Type type = type(origin.number(TYPE, 0), 0);
            if (entry.attributes.get(LOCATION) instanceof Long list) {
                for (LocationLists.Entry part : lists.read(list, base)) {
                    long low = Long.compareUnsigned(part.low(), scope.low) < 0 ? scope.low : part.low();
                    long high = Long.compareUnsigned(part.high(), scope.high) > 0 ? scope.high : part.high();
                    Location.of(part.expression(), scope.frame, addressSize).ifPresent(place -> add(origin, type, place, low, high));
                }
            } else if (scope.low != 0 && entry.attributes.get(LOCATION) instanceof byte[] expression) {
                Location.of(expression, scope.frame, addressSize).ifPresent(place -> add(origin, type, place, scope.low, scope.high));
            } else if (scope.low != 0 && entry.attributes.get(CONST_VALUE) instanceof Long value) {
                add(origin, type, new Location(Variable.Home.CONSTANT, -1, value), scope.low, scope.high);
            }
        }

        private void add(Entry entry, Type type, Location location, long low, long high) {
            if (Long.compareUnsigned(low, high) < 0) {
                variables.add(new Variable(entry.name(), type.name, type.size, type.aggregate, location.home(), location.register(),
                        location.place(), low, high));
            }
        }

        // --- types ---------------------------------------------------------------------------------------------------------

        private record Type(String name, int size, boolean aggregate) {
        }

        private Type type(long reference, int depth) {
            Entry entry = types.get(reference);
            if (entry == null || depth > 20) {
                return new Type(reference == 0 ? "void" : "", 0, false);
            }
            Type of = entry.attributes.containsKey(TYPE) || entry.tag == 0x0f ? type(entry.number(TYPE, 0), depth + 1) : null;
            int size = (int) entry.number(BYTE_SIZE, of == null ? 0 : of.size);
            return switch (entry.tag) {
                case 0x0f -> new Type(of.name + " *", (int) entry.number(BYTE_SIZE, addressSize), false);
                case 0x13 -> new Type("struct " + entry.name(), size, true);
                case 0x17 -> new Type("union " + entry.name(), size, true);
                case 0x04 -> new Type("enum " + entry.name(), size, false);
                case 0x01 -> new Type((of == null ? "" : of.name) + "[]", 0, true);
                case 0x26 -> new Type("const " + (of == null ? "void" : of.name), size, of != null && of.aggregate);
                case 0x35 -> new Type("volatile " + (of == null ? "void" : of.name), size, of != null && of.aggregate);
                case 0x15 -> new Type("function", 0, true);
                default -> new Type(entry.name().isEmpty() && of != null ? of.name : entry.name(), size, of != null && of.aggregate);
            };
        }
    }
}
