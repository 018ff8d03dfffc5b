// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known about one thing: a title and lines of plain text below it.
 *
 * @param title one line
 * @param lines each a sentence or {@code key: value}
 */
public record Facts(String title, List<String> lines) {
    public Facts {
        lines = List.copyOf(lines);
    }

    public static Facts of(String title, String... lines) {
        return new Facts(title, List.of(lines));
    }

    /** The same with more lines at the end. */
    public Facts with(List<String> more) {
        List<String> all = new ArrayList<>(lines);
        all.addAll(more);
        return new Facts(title, all);
    }

    /** The title in bold, then one line each. */
    public String html() {
        StringBuilder out = new StringBuilder("<b>").append(escape(title)).append("</b>");
        lines.forEach(line -> out.append("<br>").append(escape(line)));
        return out.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return title + "\n" + String.join("\n", lines);
    }
}
