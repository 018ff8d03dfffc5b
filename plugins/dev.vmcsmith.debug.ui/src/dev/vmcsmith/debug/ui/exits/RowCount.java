// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Listener;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Widget;

/**
 * Gives a virtual table as many rows as a log has exits. Every row costs the platform something even when nobody sees it, so rows are added
 * in portions between which the workbench goes on, and all are removed at once.
 */
final class RowCount {

    private static final int PORTION = 2000;

    private final TableViewer viewer;
    private int wanted;
    private Runnable reached;
    private boolean waiting;

    RowCount(TableViewer viewer) {
        this.viewer = viewer;
    }

    /**
     * Sets how many rows there are; the last call counts.
     *
     * @param whenReached called when there are so many, now or soon
     */
    void set(int count, Runnable whenReached) {
        wanted = count;
        reached = whenReached;
        if (count < viewer.getTable().getItemCount()) {
            removeAll();
        }
        grow();
    }

    /**
     * Removes all rows. While it does, GTK may ask for a row that is still visible; SWT makes an item for it then, which stays behind without
     * a row, and whoever touches that item later, such as a change of the theme, ends the process. So it is disposed of.
     */
    void removeAll() {
        Table table = viewer.getTable();
        List<Widget> left = new ArrayList<>();
        Listener made = event -> left.add(event.item);
        table.addListener(SWT.SetData, made);
        table.removeAll();
        table.removeListener(SWT.SetData, made);
        left.forEach(Widget::dispose);
    }

    private void grow() {
        if (waiting) {
            return;
        }
        Table table = viewer.getTable();
        int now = Math.min(wanted, table.getItemCount() + PORTION);
        viewer.setItemCount(now);
        if (now == wanted) {
            reached.run();
            return;
        }
        waiting = true;
        table.getDisplay().asyncExec(() -> {
            waiting = false;
            if (!table.isDisposed()) {
                grow();
            }
        });
    }
}
