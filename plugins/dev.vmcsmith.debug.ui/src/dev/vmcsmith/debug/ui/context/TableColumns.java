// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import org.eclipse.jface.viewers.CellLabelProvider;
import org.eclipse.jface.viewers.ColumnViewer;
import org.eclipse.jface.viewers.ColumnViewerToolTipSupport;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.jface.viewers.TableViewerColumn;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.TreeViewerColumn;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.GC;

/** Adds columns to a viewer, with widths in characters of the viewer's font. */
public final class TableColumns {

    private static final int PADDING = 12;

    private final ColumnViewer viewer;
    private final double character;

    private TableColumns(ColumnViewer viewer) {
        this.viewer = viewer;
        GC gc = new GC(viewer.getControl());
        character = gc.getFontMetrics().getAverageCharacterWidth();
        gc.dispose();
        ColumnViewerToolTipSupport.enableFor(viewer);
    }

    /** Columns for a table or tree viewer. */
    public static TableColumns of(ColumnViewer viewer) {
        return new TableColumns(viewer);
    }

    /** Adds a column. */
    public TableColumns add(String title, int characters, CellLabelProvider labels) {
        int width = (int) (characters * character) + PADDING;
        if (viewer instanceof TreeViewer tree) {
            TreeViewerColumn column = new TreeViewerColumn(tree, SWT.NONE);
            column.setLabelProvider(labels);
            column.getColumn().setText(title);
            column.getColumn().setWidth(width);
            column.getColumn().setMoveable(true);
        } else {
            TableViewerColumn column = new TableViewerColumn((TableViewer) viewer, SWT.NONE);
            column.setLabelProvider(labels);
            column.getColumn().setText(title);
            column.getColumn().setWidth(width);
            column.getColumn().setMoveable(true);
        }
        return this;
    }
}
