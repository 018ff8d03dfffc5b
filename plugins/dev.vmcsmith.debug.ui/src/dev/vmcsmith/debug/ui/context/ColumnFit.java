// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Item;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableColumn;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;

/**
 * Fits columns into the width of their table. When there is less room than wanted, wide columns give way and narrow ones stay; when there
 * is more, the wide ones take it. Once the user has set a width by hand, nothing is changed any more.
 */
public final class ColumnFit {

    /** No column becomes narrower than this part of the width it wants. */
    private static final double LEAST = 0.5;

    /** The same for the first column, which says what a row is. */
    private static final double LEAST_OF_NAMES = 0.9;

    /** Columns of at most this width, in pixels, never give way. */
    private static final int NARROW = 100;

    private final Control control;
    private final List<Integer> wanted;
    private boolean fitting;
    private boolean byHand;
    private int lastWidth;
    private int hidden = -1;

    ColumnFit(Control control, List<Integer> wanted) {
        this.control = control;
        this.wanted = List.copyOf(wanted);
    }

    void install() {
        control.addListener(SWT.Resize, event -> fit());
        for (Item column : columns()) {
            column.addListener(SWT.Resize, event -> byHand |= !fitting && lastWidth > 0 && control.isVisible()
                    && control.getDisplay().getCursorControl() == control);
        }
    }

    /** Hides a column, or shows it again; only one can be hidden. */
    public void show(int column, boolean visible) {
        int now = visible ? -1 : column;
        if (now != hidden) {
            hidden = now;
            lastWidth = 0;
            byHand = false;
            fit();
        }
    }

    private Item[] columns() {
        return control instanceof Tree tree ? tree.getColumns() : ((Table) control).getColumns();
    }

    private void fit() {
        int room = (control instanceof Tree tree ? tree.getClientArea() : ((Table) control).getClientArea()).width;
        if (byHand || room <= 0 || room == lastWidth) {
            return;
        }
        lastWidth = room;
        List<Integer> shown = new ArrayList<>(wanted);
        if (hidden >= 0) {
            shown.set(hidden, 0);
        }
        int[] widths = widths(shown, room);
        fitting = true;
        try {
            Item[] columns = columns();
            for (int i = 0; i < columns.length; i++) {
                if (columns[i] instanceof TreeColumn column) {
                    column.setWidth(widths[i]);
                } else {
                    ((TableColumn) columns[i]).setWidth(widths[i]);
                }
            }
        } finally {
            fitting = false;
        }
    }

    /** The widths for a room. */
    static int[] widths(List<Integer> wanted, int room) {
        int total = wanted.stream().mapToInt(Integer::intValue).sum();
        int flexible = wanted.stream().mapToInt(ColumnFit::flexible).sum();
        int[] widths = new int[wanted.size()];
        for (int i = 0; i < widths.length; i++) {
            double share = flexible == 0 ? 0 : (double) flexible(wanted.get(i)) / flexible * (room - total);
            widths[i] = (int) Math.max(wanted.get(i) * (i == 0 ? LEAST_OF_NAMES : LEAST), wanted.get(i) + share);
        }
        return widths;
    }

    private static int flexible(int width) {
        return Math.max(0, width - NARROW);
    }
}
