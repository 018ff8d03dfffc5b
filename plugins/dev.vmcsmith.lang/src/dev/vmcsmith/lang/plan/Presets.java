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
    /** Values of fields, and VM-entry controls that the mode needs. */
    record Preset(Map<VmcsField, Long> fields, Set<ControlBit> entryControls) {
        private Preset() {
            this(new EnumMap<>(VmcsField.class), EnumSet.noneOf(ControlBit.class));
        }

        private void extend(Preset other) {
            fields.putAll(other.fields);
            entryControls.addAll(other.entryControls);
        }
    }

    private static final Preset NONE = new Preset(Map.of(), Set.of());
    private static final Map<String, Preset> ALL = read();

    private Presets() {
    }

    public static List<String> names() {
        return ALL.keySet().stream().filter(name -> !name.equals("all")).toList();
    }

    /** The preset with a name, an empty one for no name; null for a name that is no preset. */
    static Preset find(String name) {
        return name == null ? NONE : name.equals("all") ? null : ALL.get(name);
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
                open.fields.put(VmcsField.find(FieldArea.GUEST, line.substring(0, equals)), Literals.number(line.substring(equals + 3)));
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
