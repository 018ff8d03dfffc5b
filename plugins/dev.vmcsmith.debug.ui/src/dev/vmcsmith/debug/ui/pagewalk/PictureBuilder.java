// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.dap.protocol.PageWalk.Failure;
import dev.vmcsmith.dap.protocol.PageWalk.Step;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Arrow;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Box;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Kind;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;

/** Lays a walk out: first what is in which row and column, then the height of rows, then boxes and arrows in pixels. */
final class PictureBuilder {

    private static final int MARGIN = 8;
    private static final int PADDING = 5;
    private static final int COLUMN_GAP = 26;
    private static final int ROW_GAP = 16;

    /** A box without a place. */
    private record Item(Kind kind, int column, int row, List<String> lines, boolean failing) {
    }

    private final PageWalk walk;
    private final PictureMetrics metrics;
    private final List<Item> items = new ArrayList<>();
    private final int guestRow;

    PictureBuilder(PageWalk walk, PictureMetrics metrics) {
        this.walk = walk;
        this.metrics = metrics;
        int deepest = walk.steps().stream().mapToInt(step -> step.ept().size()).max().orElse(0);
        this.guestRow = 1 + Math.max(walk.eptLevels(), deepest);
    }

    PageWalkPicture build() {
        for (int column = 0; column < walk.steps().size(); column++) {
            addColumn(column, walk.steps().get(column));
        }
        addOutcome();
        int[] tops = rowTops();
        int width = metrics.width(CellText.CHARACTERS) + 2 * PADDING;
        List<Box> boxes = items.stream().map(item -> new Box(item.kind, item.column, item.row,
                new Rectangle(MARGIN + item.column * (width + COLUMN_GAP), tops[item.row], width, height(item)), item.lines, item.failing))
                .toList();
        int right = boxes.stream().mapToInt(box -> box.bounds().x + box.bounds().width).max().orElse(0);
        String title = CellText.title(walk);
        Point size = new Point(Math.max(right, MARGIN + metrics.width(title.length())) + MARGIN, tops[guestRow + 1]);
        return new PageWalkPicture(title, boxes, arrows(boxes), size);
    }

    private void addColumn(int column, Step step) {
        items.add(new Item(Kind.HEADING, column, 0, CellText.wrap(step.label()), false));
        int row = 1;
        for (Cell cell : step.ept()) {
            items.add(new Item(Kind.EPT, column, row++, CellText.cell(cell), cell.failing()));
        }
        if (step.guest() != null) {
            items.add(new Item(Kind.GUEST, column, guestRow, CellText.cell(step.guest()), step.guest().failing()));
        }
    }

    private void addOutcome() {
        Failure failure = walk.failure();
        int last = walk.steps().size() - 1;
        boolean free = last >= 0 && walk.steps().get(last).guest() == null;
        int column = free ? last : last + 1;
        items.add(failure == null ? new Item(Kind.RESULT, column, guestRow, CellText.result(walk), false)
                : new Item(Kind.FAILURE, column, guestRow, CellText.failure(failure), true));
    }

    private int height(Item item) {
        return item.lines.size() * metrics.lineHeight() + 2 * PADDING;
    }

    /** Top of every row, and of one more: the bottom. Rows without a box take no room. */
    private int[] rowTops() {
        int[] tops = new int[guestRow + 2];
        int y = MARGIN + metrics.lineHeight() + PADDING;
        for (int row = 0; row <= guestRow; row++) {
            tops[row] = y;
            int current = row;
            int tallest = items.stream().filter(item -> item.row == current).mapToInt(this::height).max().orElse(-ROW_GAP);
            y += tallest + ROW_GAP;
        }
        tops[guestRow + 1] = y - ROW_GAP + MARGIN;
        return tops;
    }

    private static List<Arrow> arrows(List<Box> boxes) {
        List<Arrow> arrows = new ArrayList<>();
        for (int i = 1; i < boxes.size(); i++) {
            Rectangle from = boxes.get(i - 1).bounds();
            Rectangle to = boxes.get(i).bounds();
            if (boxes.get(i - 1).column() == boxes.get(i).column()) {
                int x = from.x + from.width / 2;
                arrows.add(new Arrow(List.of(new Point(x, from.y + from.height), new Point(x, to.y))));
            } else {
                int x = (from.x + from.width + to.x) / 2;
                int fromY = from.y + from.height / 2;
                int toY = to.y + to.height / 2;
                arrows.add(new Arrow(List.of(new Point(from.x + from.width, fromY), new Point(x, fromY), new Point(x, toY),
                        new Point(to.x, toY))));
            }
        }
        return arrows;
    }
}
