// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.PageWalk;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;

/**
 * What is drawn where: guest levels across, EPT levels down, below them the guest's own entries, at the end the result. A picture is
 * plain data, so that it can be looked at without a screen.
 *
 * @param title one line about the walk
 * @param boxes in reading order: column by column, from top to bottom
 * @param arrows from box to box, in the order of the walk
 * @param size of the whole, in pixels
 */
public record PageWalkPicture(String title, List<Box> boxes, List<Arrow> arrows, Point size) {

    /** What a box shows. */
    public enum Kind {
        /** What a column translates. */
        HEADING,
        /** An EPT entry. */
        EPT,
        /** An entry of the guest's, or of root mode's, paging structures. */
        GUEST,
        /** The final address. */
        RESULT,
        /** Why there is none. */
        FAILURE
    }

    /**
     * @param column from 0, left to right
     * @param row 0 for headings, then one per EPT level, then the guest's row
     * @param lines text; the first is a title
     * @param failing whether the walk fails here
     */
    public record Box(Kind kind, int column, int row, Rectangle bounds, List<String> lines, boolean failing) {

        /** All lines as one. */
        public String text() {
            String details = String.join(" ", lines.subList(1, lines.size())).replaceAll(" +", " ");
            return details.isEmpty() ? lines.getFirst() : lines.getFirst() + ": " + details;
        }
    }

    /** A line with a head at its last point. */
    public record Arrow(List<Point> points) {
    }

    /** The picture of a walk. */
    public static PageWalkPicture of(PageWalk walk, PictureMetrics metrics) {
        return new PictureBuilder(walk, metrics).build();
    }

    /** The box at a grid position; null when there is none. */
    public Box at(int column, int row) {
        return boxes.stream().filter(box -> box.column() == column && box.row() == row).findFirst().orElse(null);
    }

    /** The box at a point; null when there is none. */
    public Box at(Point point) {
        return boxes.stream().filter(box -> box.bounds().contains(point)).findFirst().orElse(null);
    }

    /** The picture in words, a line per box, for the clipboard. */
    public String text() {
        List<String> lines = new ArrayList<>(List.of(title));
        for (Box box : boxes) {
            lines.add((box.kind() == Kind.HEADING ? "" : "  ") + (box.failing() ? "FAILS: " : "") + box.text());
        }
        return String.join(System.lineSeparator(), lines);
    }
}
