// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.plan.Suggestions;
import java.util.ArrayList;
import java.util.List;

/** Replaces a misspelt name by one of those that could stand in its place and are like it. */
final class NameFixes {
    private static final int MOST = 3;

    private NameFixes() {
    }

    static List<QuickFix> of(String text, int offset, int length, QuickFixes.Names names) {
        String written = text.substring(offset, offset + length);
        if (written.isEmpty() || written.chars().anyMatch(Character::isWhitespace)) {
            return List.of();
        }
        List<String> known = new ArrayList<>(names.at(offset));
        if (known.contains(written)) {
            return List.of();
        }
        List<QuickFix> fixes = new ArrayList<>();
        for (String nearest = Suggestions.nearest(written, known); nearest != null && fixes.size() < MOST;
                nearest = Suggestions.nearest(written, known)) {
            fixes.add(QuickFix.of("Change to " + (nearest.startsWith("\"") ? nearest : '\'' + nearest + '\''),
                    new Edit(offset, length, nearest)));
            known.remove(nearest);
        }
        return fixes;
    }
}
