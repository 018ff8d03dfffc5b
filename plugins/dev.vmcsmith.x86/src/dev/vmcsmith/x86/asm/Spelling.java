// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.Collection;
import java.util.Locale;

/** Suggests what a mistyped mnemonic may have meant. */
final class Spelling {
    private Spelling() {
    }

    /** The message for an unknown mnemonic. */
    static String unknown(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT);
        String best = null;
        int least = lower.length() < 4 ? 2 : 3;
        for (String candidate : known) {
            int distance = distance(lower, candidate, least);
            if (distance < least || distance == least && best != null && candidate.compareTo(best) < 0) {
                least = distance;
                best = candidate;
            }
        }
        return "There is no instruction or directive '" + word + "'" + (best != null ? "; did you mean '" + best + "'?"
            : "; if it is a label, write a colon after it.");
    }

    /** Insertions, deletions, changes and swaps of neighbours between two words; more than the limit when the lengths differ by it. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit + 1;
        }
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[b.length()];
    }
}
