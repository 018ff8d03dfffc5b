// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.edit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A piece of a text and what takes its place. Offset and length count characters of the text before any edit. */
public record Edit(int offset, int length, String text) {
    public static Edit insert(int offset, String text) {
        return new Edit(offset, 0, text);
    }

    public static Edit delete(int offset, int length) {
        return new Edit(offset, length, "");
    }

    public int end() {
        return offset + length;
    }

    /** The text after all edits; they do not overlap, and those at one offset are inserted in their order. */
    public static String apply(String text, List<Edit> edits) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (Edit edit : edits.stream().sorted(Comparator.comparingInt(Edit::offset)).toList()) {
            out.append(text, at, edit.offset()).append(edit.text());
            at = edit.end();
        }
        return out.append(text.substring(at)).toString();
    }

    /** The smallest single edit that makes one text of another; its offset and length are 0 and its text empty when they are equal. */
    public static Edit between(String before, String after) {
        int start = 0;
        int shorter = Math.min(before.length(), after.length());
        while (start < shorter && before.charAt(start) == after.charAt(start)) {
            start++;
        }
        int same = 0;
        while (same < shorter - start && before.charAt(before.length() - 1 - same) == after.charAt(after.length() - 1 - same)) {
            same++;
        }
        return new Edit(start, before.length() - start - same, after.substring(start, after.length() - same));
    }

    /** The edits that give a text the white space of another that differs from it in nothing else; each is as small as can be. */
    public static List<Edit> whiteSpace(String before, String after) {
        List<Edit> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.length() || j < after.length()) {
            int start = i;
            int other = j;
            while (i < before.length() && Character.isWhitespace(before.charAt(i))) {
                i++;
            }
            while (j < after.length() && Character.isWhitespace(after.charAt(j))) {
                j++;
            }
            String written = after.substring(other, j);
            if (!before.substring(start, i).equals(written)) {
                edits.add(new Edit(start, i - start, written));
            }
            if (i < before.length() && j < after.length() && before.charAt(i) != after.charAt(j)
                    || (i < before.length()) != (j < after.length())) {
                return List.of(between(before, after));
            }
            i++;
            j++;
        }
        return edits;
    }
}
