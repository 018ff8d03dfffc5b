// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.IToolBarManager;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.IActionBars;
import org.eclipse.ui.actions.ActionFactory;

/** The <em>VMCS</em> view. */
public final class VmcsViewPart extends MachineView {

    private final VmcsFilter filter = new VmcsFilter();
    private TreeViewer viewer;
    private Text filterText;
    private VmcsLabels labels;
    private Object[] open;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        filterText = new Text(body, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        filterText.setMessage("filter by field, encoding, value or meaning");
        filterText.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        filterText.addModifyListener(event -> applyFilter());
        viewer = new TreeViewer(body, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER);
        viewer.getTree().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        viewer.getTree().setHeaderVisible(true);
        viewer.getTree().setLinesVisible(true);
        viewer.setContentProvider(new VmcsContent());
        viewer.setComparer(new VmcsContent.ById());
        viewer.addFilter(filter);
        labels = new VmcsLabels(parent);
        TableColumns.of(viewer).add("Field", 36, labels.field()).add("Encoding", 11, labels.encoding()).add("Value", 24, labels.value())
                .add("Meaning", 44, labels.meaning());
        createActions();
        getSite().setSelectionProvider(viewer);
        return body;
    }

    private void createActions() {
        IActionBars bars = getViewSite().getActionBars();
        IAction changedOnly = new Action("Show Changed Fields Only", IAction.AS_CHECK_BOX) {
            @Override
            public void run() {
                filter.setChangedOnly(isChecked());
                applyFilter();
            }
        };
        changedOnly.setImageDescriptor(Icons.CHANGED.descriptor());
        changedOnly.setToolTipText("Show only fields that changed since the last stop");
        IToolBarManager tools = bars.getToolBarManager();
        tools.add(changedOnly);
        IAction copy = new CopyFieldsAction(viewer);
        bars.setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        bars.setGlobalActionHandler(ActionFactory.FIND.getId(), new Action() {
            @Override
            public void run() {
                filterText.setFocus();
            }
        });
        MenuManager menu = new MenuManager();
        menu.add(copy);
        viewer.getTree().setMenu(menu.createContextMenu(viewer.getTree()));
    }

    private void applyFilter() {
        filter.setText(filterText.getText());
        viewer.refresh();
        if (filter.isActive()) {
            viewer.expandAll();
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        whenAnswered(context, context.machine().request(server -> server.vmcs(VmcsArguments.current(context.threadId()))), this::show);
    }

    private void show(VmcsContents contents) {
        if (contents.vmcs() == null) {
            clear();
            explain(contents.explanation() == null ? "The processor has no current VMCS." : contents.explanation());
            return;
        }
        setContentDescription(VmcsLabels.heading(contents));
        viewer.getTree().setRedraw(false);
        try {
            rememberExpansion();
            ISelection selection = viewer.getSelection();
            viewer.setInput(contents);
            if (open == null || filter.isActive()) {
                viewer.expandAll();
            } else {
                viewer.setExpandedElements(open);
            }
            viewer.setSelection(selection);
        } finally {
            viewer.getTree().setRedraw(true);
        }
        showBody();
    }

    @Override
    protected void clear() {
        rememberExpansion();
        viewer.setInput(null);
        setContentDescription("");
    }

    /** Areas that the user has opened; while a filter is active all are. */
    private void rememberExpansion() {
        if (viewer.getInput() != null && !filter.isActive()) {
            open = viewer.getExpandedElements();
        }
    }

    @Override
    protected String subject() {
        return "the fields of its VMCS";
    }

    /** The tree of areas and fields. */
    public TreeViewer viewer() {
        return viewer;
    }

    /** The filter box. */
    public Text filterText() {
        return filterText;
    }
}
