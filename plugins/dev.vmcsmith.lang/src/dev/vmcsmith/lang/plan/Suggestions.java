// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import java.util.Collection;
import java.util.List;

/** Finds the name that somebody meant. */
public final class Suggestions {
    private Suggestions() {
    }

    /** A message for a name that is not one of those known, with the nearest of them when one is near. */
    public static String unknown(String kind, String name, Collection<String> known) {
        String nearest = nearest(name, known);
        return "there is no " + kind + " '" + name + "'" + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }

    /** The nearest name, null when none is within a third of its length. */
    public static String nearest(String name, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(2, name.length() / 3) + 1;
        for (String candidate : known) {
            if (Math.abs(candidate.length() - name.length()) < bestDistance) {
                int distance = distance(name, candidate);
                if (distance < bestDistance) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return best;
    }

    /** Number of characters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** That files which are not imported declare a name, and what to write. */
    public static String declaredIn(List<String> files) {
        return "it is declared in " + String.join(" and ", files) + ": add import \"" + files.getFirst() + '"';
    }
}
