// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/** The words that the text of VMCSmith's notes is made of: bare words, decimal numbers, and quoted strings on one line. */
final class NoteText {
    private NoteText() {
    }

    static ImageFormatException damaged(String note, String line) {
        String shown = line.length() > 60 ? line.substring(0, 60) + "…" : line;
        return new ImageFormatException("the " + note + " note of the image cannot be read at '" + shown.replaceAll("\\p{Cntrl}", "?")
                + "'; compile the setup again with this version of VMCSmith");
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static long number(String note, String word, long limit) throws ImageFormatException {
        try {
            long value = Long.parseLong(word);
            if (value >= 0 && value <= limit) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw damaged(note, word);
        }
        throw damaged(note, word);
    }

    /** Takes the words of one line one after the other. */
    static final class Words {
        private final String note;
        private final String line;
        private int at;

        Words(String note, String line) {
            this.note = note;
            this.line = line;
        }

        boolean hasMore() {
            while (at < line.length() && line.charAt(at) == ' ') {
                at++;
            }
            return at < line.length();
        }

        String word() throws ImageFormatException {
            if (!hasMore()) {
                throw damaged(note, line);
            }
            int start = at;
            while (at < line.length() && line.charAt(at) != ' ') {
                at++;
            }
            return line.substring(start, at);
        }

        long number(long limit) throws ImageFormatException {
            return NoteText.number(note, word(), limit);
        }

        String string() throws ImageFormatException {
            if (!hasMore() || line.charAt(at) != '"') {
                throw damaged(note, line);
            }
            StringBuilder out = new StringBuilder();
            for (at++; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    at++;
                    return out.toString();
                }
                out.append(c == '\\' ? escaped() : c);
            }
            throw damaged(note, line);
        }

        private char escaped() throws ImageFormatException {
            at++;
            if (at < line.length() && line.charAt(at) != 'u') {
                return line.charAt(at);
            }
            if (at + 4 >= line.length()) {
                throw damaged(note, line);
            }
            try {
                char c = (char) Integer.parseInt(line, at + 1, at + 5, 16);
                at += 4;
                return c;
            } catch (NumberFormatException e) {
                throw damaged(note, line);
            }
        }
    }
}
