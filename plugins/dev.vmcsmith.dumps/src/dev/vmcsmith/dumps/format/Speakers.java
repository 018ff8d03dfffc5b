// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.text.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Takes the lines of several threads apart that print at once, where the log marks each line with its thread. */
final class Speakers {
    private Speakers() {
    }

    /** One list for each thread that prints a telling line, if there are several such; otherwise all lines. */
    static List<List<Line>> separate(List<Line> lines, Predicate<Line> telling) {
        Map<String, List<Line>> byTag = new LinkedHashMap<>();
        for (Line line : lines) {
            if (!line.tag().isEmpty() && telling.test(line)) {
                byTag.put(line.tag(), new ArrayList<>());
            }
        }
        if (byTag.size() < 2) {
            return List.of(lines);
        }
        for (Line line : lines) {
            List<Line> own = byTag.get(line.tag());
            if (own != null) {
                own.add(line);
            }
        }
        return List.copyOf(byTag.values());
    }
}
