// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.templates;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A piece of text with places to fill in.
 *
 * @param name        what is typed to get it
 * @param description for people
 * @param text        a place to fill in is {@code ${word}}, the end of the cursor's way {@code ${cursor}}
 * @param setup       whether it is a whole setup
 */
public record Template(String name, String description, String text, boolean setup) {
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

    /** The text with each place filled by its own word. */
    public String plain() {
        return text.replace("${cursor}", "").replaceAll("\\$\\{(\\w+)}", "$1");
    }

    /** The text in the form that LSP calls a snippet: {@code ${1:word}}, the end {@code $0}. */
    public String snippet() {
        List<String> words = new ArrayList<>();
        String escaped = text.replace("}", "\\}").replaceAll("\\$\\{(\\w+)\\\\}", "\\${$1}");
        return PLACE.matcher(escaped).replaceAll(match -> {
                    if (match.group(1).equals("cursor")) {
                        return "\\$0";
                    }
                    int known = words.indexOf(match.group(1));
                    if (known < 0) {
                        words.add(match.group(1));
                        known = words.size() - 1;
                    }
                    return "\\${" + (known + 1) + ":" + match.group(1) + "}";
                });
    }
}
