// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import java.util.ArrayList;
import java.util.List;

/** Writes lines: aligned with their neighbours, broken where they are too long, comments behind them in one column. */
final class Printer {
    private final FormatOptions options;
    private final StringBuilder out = new StringBuilder();

    Printer(FormatOptions options) {
        this.options = options;
    }

    String print(List<Line> lines) {
        if (options.align()) {
            align(lines);
        }
        int[] columns = commentColumns(lines);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).blankBefore && i > 0) {
                out.append('\n');
            }
            print(lines.get(i), columns[i]);
        }
        return out.toString();
    }

    private static void align(List<Line> lines) {
        int from = 0;
        while (from < lines.size()) {
            String alignment = lines.get(from).alignment();
            int to = from + 1;
            while (!alignment.isEmpty() && to < lines.size() && !lines.get(to).blankBefore && lines.get(to).steps == lines.get(from).steps
                    && lines.get(to).alignment().equals(alignment)) {
                to++;
            }
            if (!alignment.isEmpty()) {
                List<Line> group = lines.subList(from, to);
                int column = group.stream().mapToInt(Line::alignedColumn).max().orElse(0);
                group.forEach(line -> line.pad(column - line.alignedColumn()));
            }
            from = to;
        }
    }

    /** Where the comment of each line begins; neighbours that have one agree on the column that the longest of them needs. */
    private int[] commentColumns(List<Line> lines) {
        int[] columns = new int[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            int end = length(lines.get(i)) + 1;
            columns[i] = options.align() ? Math.max(options.commentColumn(), end) : end;
            if (options.align() && i > 0 && lines.get(i).comment != null && lines.get(i - 1).comment != null && !lines.get(i).blankBefore) {
                columns[i] = Math.max(columns[i], columns[i - 1]);
            }
        }
        for (int i = lines.size() - 2; i >= 0 && options.align(); i--) {
            if (lines.get(i).comment != null && lines.get(i + 1).comment != null && !lines.get(i + 1).blankBefore) {
                columns[i] = Math.max(columns[i], columns[i + 1]);
            }
        }
        return columns;
    }

    private int length(Line line) {
        return line.steps * options.indent() + line.text().length();
    }

    private void print(Line line, int commentColumn) {
        String indentation = options.indentation(line.steps);
        if (length(line) <= options.width() || line.isAssembly()) {
            out.append(indentation).append(line.text());
        } else {
            List<String> parts = parts(line);
            String further = options.indentation(line.steps + line.furtherSteps());
            out.append(indentation).append(parts.getFirst());
            parts.subList(1, parts.size()).forEach(part -> out.append('\n').append(further).append(part));
        }
        if (line.comment != null) {
            int used = columns(out.substring(out.lastIndexOf("\n") + 1));
            out.repeat(' ', Math.max(1, commentColumn - used)).append(line.comment.text());
        }
        out.append('\n');
    }

    private int columns(String text) {
        int tabs = 0;
        while (tabs < text.length() && text.charAt(tabs) == '\t') {
            tabs++;
        }
        return text.length() + tabs * (options.indent() - 1);
    }

    /** As much as fits on each line; lines end behind a comma or before an operator. */
    private List<String> parts(Line line) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int last = -1;
        for (int i = 1; i <= line.pieces.size(); i++) {
            int room = options.width() - (line.steps + (parts.isEmpty() ? 0 : line.furtherSteps())) * options.indent();
            if (last > start && line.text(start, i).length() > room) {
                parts.add(line.text(start, last));
                start = last;
            }
            if (i < line.pieces.size() && isBreak(line.pieces, i)) {
                last = i;
            }
        }
        parts.add(line.text(start, line.pieces.size()));
        return parts;
    }

    private static boolean isBreak(List<Piece> pieces, int at) {
        Piece piece = pieces.get(at);
        return pieces.get(at - 1).is(",") || piece.is("|") || piece.is("||") || piece.is("&&") || piece.is("+");
    }
}
