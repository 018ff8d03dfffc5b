// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.widgets.Table;

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
            viewer.getTable().removeAll();
        }
        grow();
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
