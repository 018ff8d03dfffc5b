// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import java.util.Arrays;
import java.util.List;

/**
 * The coloured pieces of a whole text, in rising order and never overlapping, and the places where an element of the setup begins with
 * nothing open before it: from there on the text can be coloured without knowing what comes before.
 */
public final class Highlighting {
    /** The place of something that is nowhere. */
    static final int NONE = Integer.MAX_VALUE;
    public static final Highlighting EMPTY = new Highlighting(List.of(), new int[0], NONE);

    private final List<TextToken> tokens;
    private final int unclosed;
    private final int[] starts;

    /** @param unclosed where the first comment without an end would begin, or {@link #NONE}: text far behind it can close it */
    Highlighting(List<TextToken> tokens, int[] starts, int unclosed) {
        this.unclosed = unclosed;
        this.tokens = List.copyOf(tokens);
        this.starts = starts;
    }

    public List<TextToken> tokens() {
        return tokens;
    }

    int[] starts() {
        return starts;
    }

    int unclosed() {
        return unclosed;
    }

    /** The last start before an offset; 0 when there is none. */
    int startBefore(int offset) {
        int index = Arrays.binarySearch(starts, offset);
        int before = (index < 0 ? -index - 1 : index) - 1;
        return before < 0 ? 0 : starts[before];
    }

    boolean isStart(int offset) {
        return Arrays.binarySearch(starts, offset) >= 0;
    }

    /** How many tokens begin before an offset. */
    int tokensBefore(int offset) {
        int low = 0;
        int high = tokens.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tokens.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Highlighting that && tokens.equals(that.tokens) && Arrays.equals(starts, that.starts);
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    @Override
    public String toString() {
        return tokens + " " + Arrays.toString(starts);
    }
}
