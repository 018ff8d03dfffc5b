// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

import java.util.Arrays;
import java.util.List;

/**
 * Words and single signs of consecutive lines. A word is made of letters, digits, {@code _}, {@code .} and {@code -}
 * between letters or digits. Line breaks separate words and mean nothing else, because mail programs move them.
 */
public final class Tokens {
    private final List<Line> lines;
    private int[] line = new int[1024];
    private int[] start = new int[1024];
    private int[] end = new int[1024];
    private int size;

    public Tokens(List<Line> lines) {
        this.lines = lines;
        for (int i = 0; i < lines.size(); i++) {
            scan(i, lines.get(i).text());
        }
    }

    private void scan(int index, String text) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ') {
                at++;
                continue;
            }
            int from = at++;
            if (isWord(c)) {
                while (at < text.length() && (isWord(text.charAt(at)) || joins(text, at))) {
                    at++;
                }
            }
            add(index, from, at);
        }
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
    }

    private static boolean joins(String text, int at) {
        return text.charAt(at) == '-' && at + 1 < text.length() && isWord(text.charAt(at + 1));
    }

    private void add(int index, int from, int to) {
        if (size == line.length) {
            line = Arrays.copyOf(line, size * 2);
            start = Arrays.copyOf(start, size * 2);
            end = Arrays.copyOf(end, size * 2);
        }
        line[size] = index;
        start[size] = from;
        end[size] = to;
        size++;
    }

    public int size() {
        return size;
    }

    /** The token's text; empty beyond the end. */
    public String text(int token) {
        return token < 0 || token >= size ? "" : lines.get(line[token]).text().substring(start[token], end[token]);
    }

    /** Whether the token is this text. */
    public boolean is(int token, String text) {
        return token >= 0 && token < size && end[token] - start[token] == text.length()
                && lines.get(line[token]).text().startsWith(text, start[token]);
    }

    /** The line that a token stands in. */
    public Line line(int token) {
        return lines.get(line[Math.min(Math.max(token, 0), size - 1)]);
    }

    /** Index of the token's line among the lines given. */
    public int lineIndex(int token) {
        return line[token];
    }

    /** Whether the token is the last one of its line. */
    public boolean endsLine(int token) {
        return token + 1 >= size || line[token + 1] != line[token];
    }
}
