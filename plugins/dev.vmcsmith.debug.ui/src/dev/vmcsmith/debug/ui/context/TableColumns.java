// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jface.viewers.CellLabelProvider;
import org.eclipse.jface.viewers.ColumnViewer;
import org.eclipse.jface.viewers.ColumnViewerToolTipSupport;
import org.eclipse.jface.viewers.EditingSupport;
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
    private final List<Integer> widths = new ArrayList<>();

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
        return add(title, characters, labels, null);
    }

    /** Adds a column whose cells can be edited. */
    public TableColumns add(String title, int characters, CellLabelProvider labels, EditingSupport editing) {
        int width = (int) (characters * character) + PADDING;
        widths.add(width);
        if (viewer instanceof TreeViewer tree) {
            TreeViewerColumn column = new TreeViewerColumn(tree, SWT.NONE);
            column.setLabelProvider(labels);
            column.setEditingSupport(editing);
            column.getColumn().setText(title);
            column.getColumn().setWidth(width);
            column.getColumn().setMoveable(true);
        } else {
            TableViewerColumn column = new TableViewerColumn((TableViewer) viewer, SWT.NONE);
            column.setLabelProvider(labels);
            column.setEditingSupport(editing);
            column.getColumn().setText(title);
            column.getColumn().setWidth(width);
            column.getColumn().setMoveable(true);
        }
        return this;
    }

    /**
     * Lets the columns share the width of the table whenever it changes: each gets its part, but never less than its title needs; what does
     * not fit is reached by scrolling. Widths that the user has set are kept.
     */
    public ColumnFit adapt() {
        ColumnFit fit = new ColumnFit(viewer.getControl(), widths);
        fit.install();
        return fit;
    }
}
