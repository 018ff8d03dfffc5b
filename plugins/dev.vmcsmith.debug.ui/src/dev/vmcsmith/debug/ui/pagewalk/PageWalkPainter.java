// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Arrow;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Box;
import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;

/** Draws a picture. */
final class PageWalkPainter {

    private static final int PADDING = 5;
    private static final int ROUND = 6;
    private static final int HEAD = 4;

    private final PageWalkColors colors;
    private final Font plain;
    private final Font bold;

    PageWalkPainter(PageWalkColors colors, Font plain, Font bold) {
        this.colors = colors;
        this.plain = plain;
        this.bold = bold;
    }

    /**
     * @param gc translated to the picture's origin
     * @param selected the box with the keyboard focus; may be null
     * @param focused whether the focus is to be shown
     */
    void paint(GC gc, PageWalkPicture picture, Box selected, boolean focused) {
        gc.setAntialias(SWT.ON);
        gc.setForeground(colors.foreground());
        gc.setFont(bold);
        gc.drawText(picture.title(), 8, 8, true);
        picture.arrows().forEach(arrow -> paint(gc, arrow));
        for (Box box : picture.boxes()) {
            paint(gc, box, box == selected && focused);
        }
    }

    private void paint(GC gc, Box box, boolean selected) {
        Rectangle r = box.bounds();
        gc.setBackground(fill(box));
        gc.fillRoundRectangle(r.x, r.y, r.width, r.height, ROUND, ROUND);
        gc.setForeground(box.failing() ? colors.error() : selected ? colors.foreground() : colors.muted());
        gc.setLineWidth(selected || box.failing() ? 2 : 1);
        gc.drawRoundRectangle(r.x, r.y, r.width, r.height, ROUND, ROUND);
        int height = gc.getFontMetrics().getHeight();
        int y = r.y + PADDING;
        List<String> lines = box.lines();
        for (int i = 0; i < lines.size(); i++, y += height) {
            gc.setFont(i == 0 ? bold : plain);
            gc.setForeground(i == 0 && box.failing() ? colors.error() : colors.foreground());
            gc.drawText(lines.get(i), r.x + PADDING, y, true);
        }
        if (selected) {
            gc.setLineWidth(1);
            gc.drawFocus(r.x + 2, r.y + 2, r.width - 3, r.height - 3);
        }
    }

    private Color fill(Box box) {
        if (box.failing()) {
            return colors.failing();
        }
        return switch (box.kind()) {
            case HEADING -> colors.heading();
            case EPT -> colors.ept();
            case GUEST -> colors.guest();
            case RESULT -> colors.result();
            case FAILURE -> colors.failing();
        };
    }

    private void paint(GC gc, Arrow arrow) {
        gc.setForeground(colors.muted());
        gc.setBackground(colors.muted());
        gc.setLineWidth(1);
        List<Point> points = arrow.points();
        for (int i = 1; i < points.size(); i++) {
            gc.drawLine(points.get(i - 1).x, points.get(i - 1).y, points.get(i).x, points.get(i).y);
        }
        Point tip = points.get(points.size() - 1);
        Point before = points.get(points.size() - 2);
        if (before.x == tip.x) {
            gc.fillPolygon(new int[] { tip.x, tip.y, tip.x - HEAD, tip.y - 2 * HEAD, tip.x + HEAD, tip.y - 2 * HEAD });
        } else {
            gc.fillPolygon(new int[] { tip.x, tip.y, tip.x - 2 * HEAD, tip.y - HEAD, tip.x - 2 * HEAD, tip.y + HEAD });
        }
    }
}
