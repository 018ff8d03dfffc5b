// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.EntryChecksArguments;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.dap.protocol.ThreadArguments;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsDifferences.Change;
import dev.vmcsmith.dap.protocol.VmcsDifferencesArguments;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.dap.protocol.VmcsList;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.ColumnFit;
import dev.vmcsmith.debug.ui.context.Expression;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.action.Separator;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.resource.JFaceColors;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.IActionBars;
import org.eclipse.ui.actions.ActionFactory;

/** The <em>VMCS</em> view. */
public final class VmcsViewPart extends MachineView {

    private static final int RULES = 4;

    private final VmcsFilter filter = new VmcsFilter();
    private TreeViewer viewer;
    private Text filterText;
    private VmcsChooser chooser;
    private Label outcome;
    private VmcsLabels labels;
    private ColumnFit columns;
    private final Baseline baseline = new Baseline(this::again);
    private Object[] open;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        Composite bar = new Composite(body, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(bar);
        GridLayoutFactory.fillDefaults().numColumns(2).applyTo(bar);
        filterText = new Text(bar, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        filterText.setMessage("filter by field, encoding, value or meaning");
        filterText.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        filterText.addModifyListener(event -> applyFilter());
        chooser = new VmcsChooser(bar, this::again);
        outcome = new Label(body, SWT.WRAP);
        outcome.setForeground(JFaceColors.getErrorText(parent.getDisplay()));
        GridDataFactory.fillDefaults().grab(true, false).exclude(true).applyTo(outcome);
        outcome.setVisible(false);
        viewer = new TreeViewer(body, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER);
        viewer.getTree().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        viewer.getTree().setHeaderVisible(true);
        viewer.getTree().setLinesVisible(true);
        viewer.setContentProvider(new VmcsContent());
        viewer.setComparer(new VmcsContent.ById());
        viewer.addFilter(filter);
        labels = new VmcsLabels(parent);
        ValueEditing.activate(viewer);
        columns = TableColumns.of(viewer).add("Field", 36, labels.field()).add("Encoding", 10, labels.encoding())
                .add("Value", 24, labels.value(), new ValueEditing(viewer, this::edit)).add("Meaning", 36, labels.meaning())
                .add("Broken rules", 50, labels.rules()).adapt();
        columns.show(RULES, false);
        createActions();
        getSite().setSelectionProvider(viewer);
        return body;
    }

    private void createActions() {
        IActionBars bars = getViewSite().getActionBars();
        IAction changedOnly = new Action("Show Changed Fields Only", IAction.AS_CHECK_BOX) {
            @Override
            public void run() {
                rememberExpansion();
                filter.setChangedOnly(isChecked());
                applyFilter();
            }
        };
        changedOnly.setImageDescriptor(Icons.CHANGED.descriptor());
        changedOnly.setToolTipText("Show only fields that have changed");
        bars.getToolBarManager().add(changedOnly);
        bars.getToolBarManager().add(baseline.action());
        IAction copy = new CopyFieldsAction("Copy", viewer, VmcsText::plain);
        bars.setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        bars.setGlobalActionHandler(ActionFactory.FIND.getId(), new Action() {
            @Override
            public void run() {
                filterText.setFocus();
            }
        });
        bars.setGlobalActionHandler(ActionFactory.SELECT_ALL.getId(), new Action() {
            @Override
            public void run() {
                viewer.getTree().selectAll();
            }
        });
        MenuManager menu = new MenuManager();
        menu.add(new Action("Edit Value\tF2") {
            @Override
            public void run() {
                viewer.editElement(viewer.getStructuredSelection().getFirstElement(), 2);
            }
        });
        menu.add(new WatchFieldAction(viewer));
        menu.add(new WalkFieldAction(viewer, getSite()));
        menu.add(new Separator());
        menu.add(copy);
        menu.add(new CopyFieldsAction("Copy as .hv", viewer, VmcsText::hv));
        menu.add(new CopyFieldsAction("Copy as C", viewer, VmcsText::c));
        viewer.getTree().setMenu(menu.createContextMenu(viewer.getTree()));
    }

    private void applyFilter() {
        rememberExpansion();
        filter.setText(filterText.getText());
        viewer.refresh();
        expand();
    }

    /** All areas while a filter is active, otherwise those that the user has opened. */
    private void expand() {
        if (open == null || filter.isActive()) {
            viewer.expandAll();
        } else {
            viewer.setExpandedElements(open);
        }
    }

    private void again() {
        if (context().isSuspended()) {
            refresh(context());
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        int thread = context.threadId();
        Long chosen = chooser.chosen();
        var machine = context.machine();
        CompletableFuture<VmcsContents> contents = machine.request(server -> server.vmcs(new VmcsArguments(thread, chosen)));
        CompletableFuture<EntryChecks> checks = machine.request(server -> server.entryChecks(new EntryChecksArguments(thread, chosen)));
        CompletableFuture<VmcsList> all = machine.request(server -> server.vmcsList(new ThreadArguments(thread)));
        CompletableFuture<Compared> compared = compare(context, chosen);
        whenAnswered(context, CompletableFuture.allOf(contents, checks, all, compared).thenApply(done -> new VmcsSnapshot(contents.join(),
                checks.join(), all.join(), compared.join().changes, compared.join().problem)), this::show);
    }

    private record Compared(Map<Integer, Change> changes, String problem) {
    }

    private CompletableFuture<Compared> compare(MachineContext context, Long vmcs) {
        Long exit = baseline.exit();
        if (exit == null) {
            return CompletableFuture.completedFuture(new Compared(null, null));
        }
        return context.machine().request(server -> server.vmcsDifferences(
                new VmcsDifferencesArguments(context.threadId(), vmcs, exit, null))).handle((differences, failure) -> failure == null
                        ? new Compared(VmcsSnapshot.byEncoding(differences), differences.explanation())
                        : new Compared(Map.of(), MachineElement.messageOf(failure)));
    }

    private void show(VmcsSnapshot snapshot) {
        if (snapshot.contents().vmcs() == null) {
            clear();
            String why = snapshot.contents().explanation();
            explain(why == null ? "The processor has no current VMCS." : why);
            return;
        }
        setContentDescription(VmcsLabels.heading(snapshot.contents()) + baseline.words()
                + (snapshot.problem() == null ? "" : ": " + snapshot.problem()));
        chooser.show(snapshot.all());
        String failure = snapshot.checks().outcome();
        showOutcome(failure == null ? "" : "VM entry would fail: " + failure);
        columns.show(RULES, !snapshot.checks().broken().isEmpty());
        filter.setChanged(snapshot::isChanged);
        labels.show(snapshot);
        viewer.getTree().setRedraw(false);
        try {
            rememberExpansion();
            ISelection selection = viewer.getSelection();
            viewer.setInput(snapshot);
            expand();
            viewer.setSelection(selection);
        } finally {
            viewer.getTree().setRedraw(true);
        }
        showBody();
    }

    private void showOutcome(String text) {
        outcome.setText(text);
        GridData data = (GridData) outcome.getLayoutData();
        if (data.exclude != text.isEmpty()) {
            data.exclude = text.isEmpty();
            outcome.setVisible(!text.isEmpty());
        }
        outcome.getParent().layout();
    }

    /** Writes what the user has typed for a field; the machine's views show the consequence. */
    public void edit(VmcsFieldValue field, String text) {
        MachineContext context = context();
        if (!context.isSuspended()) {
            return;
        }
        Long vmcs = chooser.chosen();
        CompletableFuture<EntryChecks> checks = Expression.value(context, text).thenCompose(value -> context.machine()
                .request(server -> server.setVmcsField(new SetVmcsFieldArguments(context.threadId(), field.encoding(), value, vmcs))));
        whenDone(context, checks, done -> {
            tell(null);
            context.machine().fireEvent(new DebugEvent(context.machine(), DebugEvent.CHANGE, DebugEvent.CONTENT));
        });
    }

    @Override
    protected void clear() {
        rememberExpansion();
        viewer.setInput(null);
        labels.show(null);
        showOutcome("");
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

    /** How VM entry would fail; empty when it would not. */
    public String outcome() {
        return outcome.getText();
    }

    /** Shows what has changed since a VM exit; null is since the last stop. */
    public void compareWith(Long exit) {
        baseline.choose(exit);
    }

    /** All shown fields as they are copied for a setup. */
    public String asSetup() {
        return viewer.getInput() instanceof VmcsSnapshot snapshot ? VmcsText.hv(snapshot.contents().areas()) : "";
    }

    /** All shown fields as they are copied for C. */
    public String asC() {
        return viewer.getInput() instanceof VmcsSnapshot snapshot ? VmcsText.c(snapshot.contents().areas()) : "";
    }
}
