// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import java.util.List;
import java.util.Map;

/** Writes maps, lists, strings, numbers, booleans and null as JSON, indented. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {
    }

    /** The text, with a line end. */
    public static String write(Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.out.append('\n').toString();
    }

    private void value(Object value, String indent) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map, indent);
            case List<?> list -> array(list, indent);
            case Number number -> out.append(number);
            case Boolean bool -> out.append(bool);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, String indent) {
        String inner = indent + "  ";
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator).append(inner);
            string(entry.getKey().toString());
            out.append(": ");
            value(entry.getValue(), inner);
            separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : indent + "}");
    }

    private void array(List<?> list, String indent) {
        String inner = indent + "  ";
        String separator = "[";
        for (Object element : list) {
            out.append(separator).append(inner);
            value(element, inner);
            separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : indent + "]");
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
