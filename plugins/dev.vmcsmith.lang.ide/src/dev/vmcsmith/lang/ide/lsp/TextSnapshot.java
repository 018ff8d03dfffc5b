// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import dev.vmcsmith.lang.ide.edit.Edit;
import java.util.Arrays;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextEdit;

/** A text at one moment, and the places in it as the protocol writes them: lines and UTF-16 columns from 0. */
final class TextSnapshot {
    private final String address;
    private final String text;
    private final int version;
    private final int[] lines;

    /** @param address as the client writes it */
    TextSnapshot(String address, String text, int version) {
        this.address = address;
        this.text = text;
        this.version = version;
        lines = starts(text);
    }

    private static int[] starts(String text) {
        int[] starts = new int[1 + (int) text.chars().filter(c -> c == '\n').count()];
        int line = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            starts[++line] = at + 1;
        }
        return starts;
    }

    String address() {
        return address;
    }

    String text() {
        return text;
    }

    int version() {
        return version;
    }

    /** A position behind the end of a line or of the text counts as that end. */
    int offset(Position position) {
        if (position.getLine() < 0) {
            return 0;
        }
        if (position.getLine() >= lines.length) {
            return text.length();
        }
        int start = lines[position.getLine()];
        int end = position.getLine() + 1 < lines.length ? lines[position.getLine() + 1] - 1 : text.length();
        return Math.clamp(start + (long) position.getCharacter(), start, end);
    }

    Position position(int offset) {
        int at = Arrays.binarySearch(lines, Math.clamp(offset, 0, text.length()));
        int line = at >= 0 ? at : -at - 2;
        return new Position(line, Math.clamp(offset, 0, text.length()) - lines[line]);
    }

    Range range(int offset, int length) {
        return new Range(position(offset), position(offset + length));
    }

    /** The position behind the last character of the line of an offset. */
    Position lineEnd(int offset) {
        int end = text.indexOf('\n', offset);
        return position(end < 0 ? text.length() : end);
    }

    List<TextEdit> edits(List<Edit> edits) {
        return edits.stream().map(edit -> new TextEdit(range(edit.offset(), edit.length()), edit.text())).toList();
    }

    TextSnapshot with(TextDocumentContentChangeEvent change, int newVersion) {
        if (change.getRange() == null) {
            return new TextSnapshot(address, change.getText(), newVersion);
        }
        int start = offset(change.getRange().getStart());
        int end = Math.max(start, offset(change.getRange().getEnd()));
        return new TextSnapshot(address, text.substring(0, start) + change.getText() + text.substring(end), newVersion);
    }
}
