// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.ide.edit.Edit;
import java.util.ArrayList;
import java.util.List;

/**
 * A change that repairs a problem.
 *
 * @param label for a menu
 * @param edits of the file that has the problem
 */
public record QuickFix(String label, List<Edit> edits) {
    public QuickFix {
        edits = List.copyOf(edits);
    }

    static QuickFix of(String label, Edit... edits) {
        return new QuickFix(label, List.of(edits));
    }

    public String apply(String text) {
        return Edit.apply(text, edits);
    }

    /** The lines that change, as they are and as they will be, each behind {@code "- "} or {@code "+ "}, in the order of the file. */
    public List<String> preview(String text) {
        List<String> before = text.lines().toList();
        List<String> after = apply(text).lines().toList();
        int same = 0;
        while (same < Math.min(before.size(), after.size()) && before.get(same).equals(after.get(same))) {
            same++;
        }
        int end = 0;
        while (end < Math.min(before.size(), after.size()) - same
                && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        List<String> lines = new ArrayList<>();
        before.subList(same, before.size() - end).forEach(line -> lines.add("- " + line));
        after.subList(same, after.size() - end).forEach(line -> lines.add("+ " + line));
        return lines;
    }
}
