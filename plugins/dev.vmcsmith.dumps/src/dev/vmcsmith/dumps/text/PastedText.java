// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

import java.util.ArrayList;
import java.util.List;

/** A text that somebody pasted, as lines that readers of dumps can work with. */
public final class PastedText {
    private static final int ESCAPE = 0x1B;

    private PastedText() {
    }

    /** The lines of the text; blank ones too. Never throws; takes time in proportion to the text's length. */
    public static List<Line> lines(String pasted) {
        String text = withoutEntities(pasted);
        List<Line> result = new ArrayList<>(text.length() / 40 + 1);
        boolean encoded = QuotedPrintable.occursIn(text);
        int number = 0;
        StringBuilder joined = new StringBuilder();
        int joinedFrom = 0;
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            if (end < 0) {
                end = text.length();
            }
            number++;
            String line = plain(text, from, end);
            from = end + 1;
            if (encoded && (joinedFrom != 0 || QuotedPrintable.isEncoded(line.stripTrailing()))) {
                String trimmed = line.stripTrailing();
                joined.append(joinedFrom == 0 ? QuotedPrintable.decode(trimmed) : QuotedPrintable.decode(unquoted(trimmed)));
                joinedFrom = joinedFrom == 0 ? number : joinedFrom;
                if (QuotedPrintable.isSoftlyBroken(trimmed) && from < text.length() && joined.length() < 4000) {
                    continue;
                }
                line = joined.toString();
                joined.setLength(0);
                result.add(LinePrefixes.strip(joinedFrom, line));
                joinedFrom = 0;
                continue;
            }
            result.add(LinePrefixes.strip(number, line));
        }
        return result;
    }

    /** The text of a web page's source without the character entities that logs come to have there. */
    private static String withoutEntities(String text) {
        if (!text.contains("&gt;") && !text.contains("&nbsp;")) {
            return text;
        }
        return text.replace("&gt;", ">").replace("&lt;", "<").replace("&nbsp;", " ").replace("&quot;", "\"").replace("&amp;", "&");
    }

    /** A continuation as the mail program broke it, without quoting that was put before it later. */
    private static String unquoted(String line) {
        int at = 0;
        while (at < line.length() && line.charAt(at) == '>') {
            at++;
            if (at < line.length() && line.charAt(at) == ' ') {
                at++;
            }
        }
        return line.substring(at);
    }

    /** Without control characters, escape sequences of terminals and invisible characters; every kind of blank a space. */
    private static String plain(String text, int from, int end) {
        StringBuilder result = null;
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                if (result != null) {
                    result.append(c);
                }
                continue;
            }
            if (result == null) {
                result = new StringBuilder(end - from).append(text, from, i);
            }
            if (c == ESCAPE && i + 1 < end && text.charAt(i + 1) == '[') {
                i = endOfEscape(text, i + 2, end);
            } else if (c == '\t' || c == 0xA0 || Character.isSpaceChar(c)) {
                result.append(' ');
            } else if (c == '…') {
                result.append("...");
            } else if (c > 0x7F && c != '\u200B' && c != '\uFEFF' && c != '\u200C' && c != '\u200D' && c != '\u00AD') {
                result.append(c);
            }
        }
        return result == null ? text.substring(from, end) : result.toString();
    }

    private static int endOfEscape(String text, int from, int end) {
        int at = from;
        while (at < end && (Character.isDigit(text.charAt(at)) || text.charAt(at) == ';')) {
            at++;
        }
        return at;
    }
}
