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
    private static final int WIDTH = 100;

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

    /** The title in bold, then the lines; a long one is broken between words, because hovers of the workbench do not do it. */
    public String html() {
        StringBuilder out = new StringBuilder("<b>").append(escape(title)).append("</b>");
        lines.forEach(line -> out.append("<br>").append(escape(broken(line)).replace("\n", "<br>")));
        return out.toString();
    }

    private static String broken(String line) {
        StringBuilder out = new StringBuilder();
        String rest = line;
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            int end = space <= 0 ? WIDTH : space;
            out.append(rest, 0, end).append('\n');
            rest = rest.substring(end).stripLeading();
        }
        return out.append(rest).toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return title + "\n" + String.join("\n", lines);
    }
}
