// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.MachineSetting;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.VmcsItem;
import java.util.ArrayList;
import java.util.List;

/** A line that is being laid out. */
final class Line {
    /** What the line stands in. */
    enum Place {
        BLOCK, CODE, LIST, CONTINUATION
    }

    final int steps;
    final boolean blankBefore;
    final Place place;
    final List<Piece> pieces = new ArrayList<>();
    Piece comment;
    private int aligned = -1;
    private int padding;

    Line(int steps, boolean blankBefore, Place place) {
        this.steps = steps;
        this.blankBefore = blankBefore;
        this.place = place;
    }

    boolean isEmpty() {
        return pieces.isEmpty() && comment == null;
    }

    boolean isAssembly() {
        return !pieces.isEmpty() && (pieces.getFirst().isAssembly() || place == Place.CODE && pieces.getFirst().isComment());
    }

    /** Further steps of the lines on which this one goes on when it is broken. */
    int furtherSteps() {
        return place == Place.BLOCK ? 2 : 0;
    }

    /** Which neighbours the line is aligned with: those with the same answer; empty for none. */
    String alignment() {
        aligned = -1;
        if (pieces.isEmpty()) {
            return "";
        }
        switch (pieces.getFirst().item()) {
            case Constant constant -> aligned = indexOf("=");
            case GlobalVariable variable -> aligned = indexOf("=");
            case MachineSetting setting -> aligned = 1;
            case MsrAccess access -> aligned = 1;
            case VmcsItem item when indexOf("{") == 1 && pieces.getLast().is("}") -> aligned = 1;
            case null, default -> { }
        }
        return aligned <= 0 || aligned >= pieces.size() ? "" : switch (pieces.getFirst().item()) {
            case MachineSetting setting -> "setting";
            case VmcsItem item -> "controls";
            default -> pieces.getFirst().text().equals("write") ? "read" : pieces.getFirst().text();
        };
    }

    private int indexOf(String keyword) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).is(keyword)) {
                return i;
            }
        }
        return -1;
    }

    /** Columns before the token that is aligned, without padding. */
    int alignedColumn() {
        return text(0, aligned).length();
    }

    void pad(int columns) {
        padding = columns;
    }

    /** The line without indentation and comment. */
    String text() {
        return isAssembly() ? AssemblyLine.text(pieces) : text(0, pieces.size());
    }

    /** The tokens from one index to before another, with the spaces between them. */
    String text(int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i++) {
            if (i > from && Spacing.before(pieces, i)) {
                out.append(' ');
            }
            if (i == aligned && i > from) {
                out.repeat(' ', padding);
            }
            out.append(pieces.get(i).text());
        }
        return out.toString();
    }
}
