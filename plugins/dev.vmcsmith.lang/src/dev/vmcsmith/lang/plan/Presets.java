// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.parser.Literals;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The guest-state presets, from the rows of {@code presets.txt}. */
public final class Presets {
    /**
     * Values of fields, fields that hold addresses or registers of the hypervisor as its code names them, and VM-entry controls that the
     * mode needs.
     */
    record Preset(Map<VmcsField, Long> fields, Map<VmcsField, String> symbols, Set<ControlBit> entryControls) {
        private Preset() {
            this(new EnumMap<>(VmcsField.class), new EnumMap<>(VmcsField.class), EnumSet.noneOf(ControlBit.class));
        }

        private void extend(Preset other) {
            fields.putAll(other.fields);
            symbols.putAll(other.symbols);
            entryControls.addAll(other.entryControls);
        }
    }

    private static final String LIKE_HOST = "like-host";
    private static final String LONG = "-64";
    private static final Preset NONE = new Preset(Map.of(), Map.of(), Set.of());
    private static final Map<String, Preset> ALL = read();

    private Presets() {
    }

    public static List<String> names() {
        return ALL.keySet().stream().filter(name -> !isPart(name)).toList();
    }

    /** The preset with a name for a hypervisor of 64 or 32 bits, an empty one for no name; null for a name that is no preset. */
    static Preset find(String name, boolean longHost) {
        return name == null ? NONE : isPart(name) ? null : ALL.get(longHost && name.equals(LIKE_HOST) ? LIKE_HOST + LONG : name);
    }

    /** Whether a section is no preset by itself. */
    private static boolean isPart(String name) {
        return name.equals("all") || name.equals(LIKE_HOST + LONG);
    }

    private static Map<String, Preset> read() {
        Map<String, Preset> presets = new LinkedHashMap<>();
        Preset open = null;
        for (String line : resource().lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                open = new Preset();
                open.extend(presets.getOrDefault("all", NONE));
                presets.put(line.substring(1, line.length() - 1), open);
            } else if (line.startsWith("extends ")) {
                open.extend(presets.get(line.substring(8)));
            } else if (line.startsWith("entry ")) {
                open.entryControls.add(ControlBit.find(ControlField.ENTRY, line.substring(6)));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = line.indexOf(" = ");
                VmcsField field = VmcsField.find(FieldArea.GUEST, line.substring(0, equals));
                String value = line.substring(equals + 3);
                if (Character.isDigit(value.charAt(0))) {
                    open.fields.put(field, Literals.number(value));
                } else {
                    open.fields.remove(field);
                    open.symbols.put(field, value);
                }
            }
        }
        return presets;
    }

    private static String resource() {
        try (InputStream in = Presets.class.getResourceAsStream("presets.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
