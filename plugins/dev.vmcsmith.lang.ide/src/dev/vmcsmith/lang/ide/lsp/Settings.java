// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ide.checks.CheckOptions;
import dev.vmcsmith.lang.ide.checks.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the client chooses. A setting of the wrong kind counts as not given. */
final class Settings {
    private volatile CheckOptions checks = CheckOptions.DEFAULT;
    private volatile Optional<String> cpu = Optional.empty();
    private volatile FormatOptions format = FormatOptions.DEFAULT;

    void read(JsonObject settings) {
        Map<String, Level> levels = new HashMap<>();
        if (settings.get("severities") instanceof JsonObject severities) {
            severities.entrySet().forEach(entry -> text(entry.getValue()).flatMap(Level::of).ifPresent(level -> levels.put(entry.getKey(), level)));
        }
        checks = new CheckOptions(levels);
        cpu = text(settings.get("cpu")).filter(name -> !name.isBlank());
        if (settings.get("format") instanceof JsonObject own) {
            FormatOptions usual = FormatOptions.DEFAULT;
            format = new FormatOptions(number(own, "indent", usual.indent()), flag(own, "tabs", usual.tabs()), flag(own, "align", usual.align()),
                    number(own, "commentColumn", usual.commentColumn()), number(own, "width", usual.width()));
        }
    }

    private static Optional<String> text(JsonElement element) {
        return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString() ? Optional.of(element.getAsString())
                : Optional.empty();
    }

    private static int number(JsonObject object, String name, int usual) {
        JsonElement element = object.get(name);
        return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber() ? element.getAsInt() : usual;
    }

    private static boolean flag(JsonObject object, String name, boolean usual) {
        JsonElement element = object.get(name);
        return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isBoolean() ? element.getAsBoolean() : usual;
    }

    /** The CPU profile of setups that name none. */
    Optional<String> cpu() {
        return cpu;
    }

    CheckOptions checks() {
        return checks;
    }

    /** The client's own tab size counts unless the settings say otherwise. */
    FormatOptions format(int tabSize, boolean spaces) {
        return format != FormatOptions.DEFAULT ? format
                : new FormatOptions(tabSize, !spaces, format.align(), format.commentColumn(), format.width());
    }
}
