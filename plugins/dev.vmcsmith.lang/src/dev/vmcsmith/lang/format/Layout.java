// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Puts tokens on lines. The author decides where blank lines are, whether a block stands on one line (nothing but its first element behind
 * the brace) and where a list in a block is broken; everything else follows from the tokens.
 */
final class Layout {
    private final List<Piece> pieces;
    private final FormatOptions options;
    /** Index of the other brace of a pair, -1 for all other tokens. */
    private final int[] partner;
    /** Opening braces whose block takes several lines. */
    private final BitSet broken = new BitSet();

    Layout(List<Piece> pieces, FormatOptions options) {
        this.pieces = pieces;
        this.options = options;
        partner = new int[pieces.size()];
        Arrays.fill(partner, -1);
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).is("{")) {
                open.push(i);
            } else if (pieces.get(i).is("}") && !open.isEmpty()) {
                partner[i] = open.pop();
                partner[partner[i]] = i;
            }
        }
        for (int i = pieces.size() - 1; i >= 0; i--) {
            if (pieces.get(i).is("{") && isBroken(i)) {
                broken.set(i);
            }
        }
    }

    private boolean isBroken(int open) {
        int close = partner[open];
        if (close < 0) {
            return true;
        }
        Piece first = pieces.get(open + 1);
        if (first.newLines() > 0 && open + 1 < close) {
            return true;
        }
        for (int i = open + 1; i < close; i++) {
            Piece piece = pieces.get(i);
            if (piece.kind() == Piece.Kind.LINE_COMMENT || piece.isAssembly() || broken.get(i)
                    || piece.kind() == Piece.Kind.BLOCK_COMMENT && piece.text().indexOf('\n') >= 0) {
                return true;
            }
        }
        return false;
    }

    List<Line> lines() {
        List<Line> lines = layOut();
        while (breakLong(lines)) {
            lines = layOut();
        }
        return lines;
    }

    /** Breaks the outermost block of each line that is too long; false when there is none. */
    private boolean breakLong(List<Line> lines) {
        boolean changed = false;
        int index = 0;
        for (Line line : lines) {
            int count = line.pieces.size() + (line.comment == null ? 0 : 1);
            if (line.steps * options.indent() + line.text().length() > options.width()) {
                for (int i = index; i < index + line.pieces.size(); i++) {
                    if (partner[i] > i + 1 && !broken.get(i) && partner[i] < index + count) {
                        broken.set(i);
                        changed = true;
                        break;
                    }
                }
            }
            index += count;
        }
        return changed;
    }

    private List<Line> layOut() {
        List<Line> lines = new ArrayList<>();
        Deque<Integer> blocks = new ArrayDeque<>();
        Line line = new Line(0, false, Line.Place.BLOCK);
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            Piece before = i == 0 ? null : pieces.get(i - 1);
            boolean closes = partner[i] >= 0 && partner[i] < i;
            if (closes) {
                blocks.pop();
            }
            boolean opened = before != null && before.is("{") && broken.get(i - 1);
            boolean ends = closes && broken.get(partner[i]);
            boolean begins = piece.item() != null && !piece.isAssembly() && isBrokenAround(blocks);
            boolean hint = before != null && before.is(",") && piece.newLines() > 0 && isBrokenAround(blocks) && !blocks.isEmpty()
                    && isList(blocks.peek());
            boolean comment = before != null && before.kind() == Piece.Kind.LINE_COMMENT;
            boolean ownLine = piece.isComment() && piece.newLines() > 0;
            boolean assembly = piece.isAssembly() && (piece.newLines() > 0 || before == null || !before.isAssembly()
                    && !before.isComment());
            boolean behindOwn = before != null && before.kind() == Piece.Kind.BLOCK_COMMENT && piece.newLines() > 0
                    && (piece.item() != null || piece.isComment());
            boolean trailing = piece.kind() == Piece.Kind.LINE_COMMENT && piece.newLines() == 0 && before != null && !comment;
            if (!line.isEmpty() && !trailing && (opened && !piece.is("}") || ends || begins || hint || comment || ownLine || assembly
                    || behindOwn)) {
                lines.add(line);
                boolean list = !blocks.isEmpty() && isList(blocks.peek());
                boolean code = !blocks.isEmpty() && isCode(blocks.peek());
                boolean inside = opened || ends || begins || piece.item() != null || piece.isComment() || piece.is("else") || list || code;
                boolean blank = piece.newLines() > 1 && !opened && !ends;
                line = new Line(steps(blocks) + (inside ? 0 : 2), blank, code ? Line.Place.CODE : list ? Line.Place.LIST
                        : inside ? Line.Place.BLOCK : Line.Place.CONTINUATION);
            }
            if (piece.kind() == Piece.Kind.LINE_COMMENT && !line.pieces.isEmpty()) {
                line.comment = piece;
            } else {
                line.pieces.add(piece);
            }
            if (partner[i] > i || partner[i] < 0 && piece.is("{")) {
                blocks.push(i);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }

    private boolean isBrokenAround(Deque<Integer> blocks) {
        return blocks.isEmpty() || broken.get(blocks.peek());
    }

    private int steps(Deque<Integer> blocks) {
        return (int) blocks.stream().filter(broken::get).filter(open -> !isCode(open)).count();
    }

    /** Assembly begins at the margin: its labels do. */
    private boolean isCode(int open) {
        for (int i = open + 1; i < pieces.size() && i != partner[open]; i++) {
            if (!pieces.get(i).isComment()) {
                return pieces.get(i).isAssembly();
            }
        }
        return false;
    }

    /** Whether a block holds values with commas between them and no elements. */
    private boolean isList(int open) {
        if (open < 0) {
            return false;
        }
        int depth = 0;
        for (int i = open + 1; i < pieces.size() && i != partner[open]; i++) {
            Piece piece = pieces.get(i);
            if (depth == 0 && piece.item() != null) {
                return false;
            }
            depth += piece.is("(") || piece.is("{") ? 1 : piece.is(")") || piece.is("}") ? -1 : 0;
            if (depth == 0 && piece.is(",")) {
                return true;
            }
        }
        return false;
    }
}
