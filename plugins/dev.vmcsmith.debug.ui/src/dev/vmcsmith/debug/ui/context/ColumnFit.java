// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Item;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableColumn;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeColumn;

/**
 * Fits columns into the width of their table. When there is less room than wanted, wide columns give way first; when there is more, they
 * take it. Once the user has set a width by hand, nothing is changed any more.
 */
final class ColumnFit {

    /** No column becomes narrower than this part of the width it wants. */
    private static final double LEAST = 0.55;

    private final Control control;
    private final List<Integer> wanted;
    private boolean fitting;
    private boolean byHand;
    private int lastWidth;

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

    private Item[] columns() {
        return control instanceof Tree tree ? tree.getColumns() : ((Table) control).getColumns();
    }

    private void fit() {
        int room = (control instanceof Tree tree ? tree.getClientArea() : ((Table) control).getClientArea()).width;
        if (byHand || room <= 0 || room == lastWidth) {
            return;
        }
        lastWidth = room;
        int[] widths = widths(wanted, room);
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
        int smallest = wanted.stream().mapToInt(Integer::intValue).min().orElse(0);
        double flexible = wanted.stream().mapToDouble(width -> width - smallest).sum();
        int[] widths = new int[wanted.size()];
        for (int i = 0; i < widths.length; i++) {
            double share = flexible == 0 ? 0 : (wanted.get(i) - smallest) / flexible * (room - total);
            widths[i] = (int) Math.max(wanted.get(i) * LEAST, wanted.get(i) + share);
        }
        return widths;
    }
}
