// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ide.outline.OutlineNode;
import java.util.List;
import java.util.Locale;
import org.eclipse.jface.dialogs.PopupDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerFilter;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.texteditor.ITextEditor;

/** A popup with a filter above the elements of a setup; Enter goes to the chosen one. */
final class QuickOutline extends PopupDialog {
    private static final Point SIZE = new Point(420, 380);

    private final ITextEditor editor;
    private final List<OutlineNode> nodes;
    private final int offset;
    private TreeViewer tree;
    private Text filter;

    /** @param offset of the cursor: the element there is selected first */
    QuickOutline(ITextEditor editor, List<OutlineNode> nodes, int offset) {
        super(editor.getSite().getShell(), SWT.RESIZE, true, true, false, true, false, null, "Type to filter, Enter to go there");
        this.editor = editor;
        this.nodes = nodes;
        this.offset = offset;
    }

    @Override
    protected Control createTitleControl(Composite parent) {
        filter = new Text(parent, SWT.NONE);
        filter.setMessage("Filter");
        GridDataFactory.fillDefaults().grab(true, false).applyTo(filter);
        filter.addListener(SWT.Modify, event -> filtered());
        filter.addListener(SWT.KeyDown, event -> {
            if (event.keyCode == SWT.ARROW_DOWN) {
                tree.getTree().setFocus();
                event.doit = false;
            } else if (event.keyCode == SWT.CR || event.keyCode == SWT.KEYPAD_CR) {
                go();
                event.doit = false;
            }
        });
        return filter;
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        tree = new TreeViewer(parent, SWT.SINGLE | SWT.V_SCROLL | SWT.H_SCROLL);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(tree.getTree());
        tree.setContentProvider(new OutlineContent());
        tree.setLabelProvider(new OutlineLabels());
        tree.setAutoExpandLevel(TreeViewer.ALL_LEVELS);
        tree.addFilter(new ViewerFilter() {
            @Override
            public boolean select(Viewer viewer, Object parentElement, Object element) {
                return matches((OutlineNode) element);
            }
        });
        tree.setInput(nodes);
        OutlineNode here = at(nodes);
        if (here != null) {
            tree.setSelection(new StructuredSelection(here), true);
        }
        tree.addOpenListener(event -> go());
        tree.getTree().addListener(SWT.MouseUp, event -> {
            if (tree.getTree().getItem(new Point(event.x, event.y)) != null) {
                go();
            }
        });
        return tree.getTree();
    }

    private OutlineNode at(List<OutlineNode> among) {
        OutlineNode found = null;
        for (OutlineNode node : among) {
            if (node.offset() <= offset && offset <= node.offset() + node.length()) {
                OutlineNode inner = at(node.children());
                found = inner == null ? node : inner;
            }
        }
        return found;
    }

    private boolean matches(OutlineNode node) {
        return node.label().toLowerCase(Locale.ROOT).contains(filter.getText().strip().toLowerCase(Locale.ROOT))
                || node.children().stream().anyMatch(this::matches);
    }

    private void filtered() {
        tree.refresh();
        tree.expandAll();
        OutlineNode first = first(nodes);
        tree.setSelection(first == null ? StructuredSelection.EMPTY : new StructuredSelection(first), true);
    }

    private OutlineNode first(List<OutlineNode> among) {
        for (OutlineNode node : among) {
            if (node.label().toLowerCase(Locale.ROOT).contains(filter.getText().strip().toLowerCase(Locale.ROOT))) {
                return node;
            }
            OutlineNode inner = first(node.children());
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    private void go() {
        Object chosen = tree.getStructuredSelection().getFirstElement();
        close();
        if (chosen instanceof OutlineNode node) {
            editor.selectAndReveal(node.nameOffset(), node.nameLength());
            editor.setFocus();
        }
    }

    @Override
    protected Control getFocusControl() {
        return filter;
    }

    @Override
    protected Point getDefaultSize() {
        return SIZE;
    }

    @Override
    protected Point getDefaultLocation(Point size) {
        Control text = editor.getAdapter(Control.class);
        Rectangle area = text == null ? getParentShell().getClientArea() : text.getBounds();
        Point origin = text == null ? getParentShell().toDisplay(0, 0) : text.getParent().toDisplay(area.x, area.y);
        return new Point(origin.x + Math.max(0, area.width - size.x) / 2, origin.y + Math.max(0, area.height - size.y) / 3);
    }
}
