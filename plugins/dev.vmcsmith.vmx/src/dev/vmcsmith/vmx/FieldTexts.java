// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is said about a field: section of the SDM, one sentence, bit layout, names in other sources. Read from {@code vmcs-fields.txt} when
 * somebody asks for the first time.
 *
 * @param section title of the section of the SDM that describes it
 * @param description one sentence
 * @param layout bit ranges, low bits first; empty for a plain number or address
 * @param foreignNames names that other sources use
 */
record FieldTexts(String section, String description, List<BitRange> layout, List<String> foreignNames) {
    /** What sources put before a name, as {@link #key} writes it, longest first. */
    private static final List<String> PREFIXES = List.of("vmxvmcs16ctrl", "vmxvmcs32ctrl", "vmxvmcs64ctrl", "vmxvmcsctrl", "vmxvmcs32ro",
            "vmxvmcs64ro", "vmxvmcsro", "vmxvmcs16", "vmxvmcs32", "vmxvmcs64", "vmxvmcs", "vmcsfieldk", "vmcsctrl", "vmcsro", "vmcs", "vmx", "k");
    private static final String FULL = "full";
    private static final String SECTION = "SDM ";
    private static final FieldTexts NONE = new FieldTexts("", "", List.of(), List.of());

    static FieldTexts of(VmcsField field) {
        return Table.TEXTS.getOrDefault(field, NONE);
    }

    static VmcsField find(String name) {
        String key = key(name);
        VmcsField field = Table.NAMES.get(key);
        for (int i = 0; field == null && i < PREFIXES.size(); i++) {
            if (key.startsWith(PREFIXES.get(i))) {
                field = Table.NAMES.get(key.substring(PREFIXES.get(i).length()));
            }
        }
        return field == null && key.endsWith(FULL) ? find(key.substring(0, key.length() - FULL.length())) : field;
    }

    /** Case, blanks and punctuation do not matter in names. */
    private static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                key.append(Character.toLowerCase(c));
            }
        }
        return key.toString();
    }

    /** The parsed resource. */
    private static final class Table {
        static final Map<VmcsField, FieldTexts> TEXTS = new EnumMap<>(VmcsField.class);
        static final Map<String, VmcsField> NAMES = new HashMap<>(2048);

        static {
            read();
            Set<String> ambiguous = new HashSet<>();
            for (VmcsField field : VmcsField.values()) {
                FieldTexts texts = of(field);
                for (String foreign : texts.foreignNames) {
                    name(ambiguous, foreign, field);
                }
            }
            NAMES.keySet().removeAll(ambiguous);
            for (VmcsField field : VmcsField.values()) {
                NAMES.put(key(field.qualifiedName()), field);
                NAMES.put(key(field.sdmName()), field);
                NAMES.put(key(field.name()), field);
            }
        }

        private static void name(Set<String> ambiguous, String foreign, VmcsField field) {
            VmcsField previous = NAMES.put(key(foreign), field);
            if (previous != null && previous != field) {
                ambiguous.add(key(foreign));
            }
        }

        private static void read() {
            String text;
            try (InputStream in = FieldTexts.class.getResourceAsStream("vmcs-fields.txt")) {
                text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new IllegalStateException("The bundle's resource vmcs-fields.txt cannot be read", e);
            }
            VmcsField field = null;
            String section = "";
            String description = "";
            List<BitRange> layout = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (String line : (Iterable<String>) text.lines()::iterator) {
                if (line.isBlank() || line.charAt(0) == '#') {
                    continue;
                }
                if (Character.isWhitespace(line.charAt(0))) {
                    String bare = line.strip();
                    if (bare.startsWith("= ")) {
                        names.addAll(List.of(bare.substring(2).strip().split(" +")));
                    } else if (bare.startsWith(SECTION)) {
                        section = bare.substring(SECTION.length());
                    } else if (Character.isDigit(bare.charAt(0))) {
                        layout.add(range(bare));
                    } else {
                        description = description.isEmpty() ? bare : description + ' ' + bare;
                    }
                } else {
                    put(field, section, description, layout, names);
                    field = VmcsField.valueOf(line.strip().toUpperCase(Locale.ROOT));
                    section = "";
                    description = "";
                    layout = new ArrayList<>();
                    names = new ArrayList<>();
                }
            }
            put(field, section, description, layout, names);
        }

        private static BitRange range(String row) {
            int blank = row.indexOf(' ');
            String bits = row.substring(0, blank);
            int colon = bits.indexOf(':');
            int high = Integer.parseInt(colon < 0 ? bits : bits.substring(0, colon));
            int low = colon < 0 ? high : Integer.parseInt(bits.substring(colon + 1));
            return new BitRange(low, high, row.substring(blank).strip());
        }

        private static void put(VmcsField field, String section, String description, List<BitRange> layout, List<String> names) {
            if (field == null) {
                return;
            }
            ControlField control = ControlField.of(field);
            if (control != null && layout.isEmpty()) {
                for (ControlBit bit : control.bits()) {
                    layout.add(new BitRange(bit.bit(), bit.bit(), bit.sdmName()));
                }
            }
            layout.sort(java.util.Comparator.comparingInt(BitRange::low));
            TEXTS.put(field, new FieldTexts(section, description, List.copyOf(layout), List.copyOf(names)));
        }
    }
}
