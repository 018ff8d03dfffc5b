// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.parser.Literals;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The guest-state presets, from the rows of {@code presets.txt}. */
public final class Presets {
    private static final Map<String, Map<VmcsField, Long>> ALL = read();

    private Presets() {
    }

    public static List<String> names() {
        return ALL.keySet().stream().filter(name -> !name.equals("all")).toList();
    }

    /** The fields of a preset, or of a guest without preset for null; null for a name that is no preset. */
    static Map<VmcsField, Long> fields(String name) {
        return name == null ? Map.of() : name.equals("all") ? null : ALL.get(name);
    }

    private static Map<String, Map<VmcsField, Long>> read() {
        Map<String, Map<VmcsField, Long>> presets = new LinkedHashMap<>();
        Map<VmcsField, Long> open = null;
        for (String line : resource().lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                open = new EnumMap<>(VmcsField.class);
                open.putAll(presets.getOrDefault("all", Map.of()));
                presets.put(line.substring(1, line.length() - 1), open);
            } else if (line.startsWith("extends ")) {
                open.putAll(presets.get(line.substring(8)));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = line.indexOf(" = ");
                open.put(VmcsField.find(FieldArea.GUEST, line.substring(0, equals)), Literals.number(line.substring(equals + 3)));
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
