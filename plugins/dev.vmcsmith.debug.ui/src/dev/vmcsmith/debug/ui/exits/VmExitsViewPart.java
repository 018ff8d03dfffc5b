// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import java.util.List;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.action.Separator;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.actions.ActionFactory;

/** The <em>VM Exits</em> view. It follows a running machine: the debug adapter tells when the log has grown. */
public final class VmExitsViewPart extends MachineView {

    /** At most so many exits are fetched: the latest that match the filter, which the debug adapter applies. */
    private static final int LIMIT = 1000;

    private TableViewer viewer;
    private Text filterText;
    private boolean fetching;
    private boolean stale;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        filterText = new Text(body, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        filterText.setMessage("filter by any column");
        filterText.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        filterText.addModifyListener(event -> exitsOccurred());
        viewer = new TableViewer(body, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER | SWT.VIRTUAL);
        viewer.getTable().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        viewer.getTable().setHeaderVisible(true);
        viewer.getTable().setLinesVisible(true);
        viewer.setUseHashlookup(true);
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        TableColumns.of(viewer).add("#", 8, ExitsLabels.number()).add("Reason", 32, ExitsLabels.text(ExitsLabels::reasonOf))
                .add("Qualification", 30, ExitsLabels.text(ExitsLabels::qualificationOf))
                .add("Guest RIP", 26, ExitsLabels.text(ExitsLabels::ripOf))
                .add("Length", 7, ExitsLabels.text(exit -> exit.instructionLength() == 0 ? "" : Integer.toString(exit.instructionLength())))
                .add("Address", 18, ExitsLabels.text(ExitsLabels::addressOf))
                .add("Handler", 22, ExitsLabels.text(exit -> exit.handler() == null ? "" : exit.handler()))
                .add("Instructions", 14, ExitsLabels.text(exit -> Long.toString(exit.instructions())));
        getSite().setSelectionProvider(viewer);
        createActions();
        return body;
    }

    private void createActions() {
        IAction copy = new CopyExitsAction(viewer);
        getViewSite().getActionBars().setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        viewer.addDoubleClickListener(event -> goToSelectedExit());
        MenuManager menu = new MenuManager();
        menu.add(new WalkAction("Page Walk of Guest RIP", viewer, getSite(), AddressSpace.GUEST_VIRTUAL, ExitRecord::guestRip));
        menu.add(new WalkAction("Page Walk of Guest-Linear Address", viewer, getSite(), AddressSpace.GUEST_VIRTUAL,
                ExitRecord::guestLinearAddress));
        menu.add(new WalkAction("Page Walk of Guest-Physical Address", viewer, getSite(), AddressSpace.GUEST_PHYSICAL,
                ExitRecord::guestPhysicalAddress));
        menu.add(new Separator());
        menu.add(copy);
        viewer.getTable().setMenu(menu.createContextMenu(viewer.getTable()));
    }

    /** The whole debugger shows the state at the exit. */
    private void goToSelectedExit() {
        VcpuThread vcpu = context().vcpu();
        if (vcpu != null && vcpu.canGoBack() && viewer.getStructuredSelection().getFirstElement() instanceof ExitRecord exit) {
            vcpu.goToExit(exit.number());
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        fetching = true;
        stale = false;
        ExitsArguments page = new ExitsArguments(-LIMIT, LIMIT, ExitFilter.text(filterText.getText().strip()));
        whenAnswered(context, context.machine().request(server -> server.exits(page)).thenCombine(
                context.machine().request(server -> server.exitStatistics(new ExitStatisticsArguments(0))), LogNow::new), this::show);
    }

    /** One request at a time: what occurs while an answer is awaited is fetched with the next one. */
    @Override
    protected void exitsOccurred() {
        if (fetching) {
            stale = true;
        } else if (context().isSuspended() || context().isRunning()) {
            refresh(context());
        }
    }

    /** The log and the present, which lies in the middle of the log when time has been turned back. */
    private record LogNow(ExitLog log, ExitStatistics now) {

        ExitRecord latest() {
            List<ExitRecord> exits = log.exits();
            for (int i = exits.size() - 1; i > 0; i--) {
                if (exits.get(i).number() <= now.instant().exits()) {
                    return exits.get(i);
                }
            }
            return exits.isEmpty() ? null : exits.get(0);
        }
    }

    private void show(LogNow answer) {
        ExitLog log = answer.log();
        fetching = false;
        setContentDescription(ExitsLabels.heading(log, !filterText.getText().isBlank()));
        if (log.total() == 0) {
            clear();
            explain("No VM exit has occurred yet.");
        } else {
            viewer.setInput(log.exits());
            ExitRecord latest = answer.latest();
            viewer.setSelection(latest == null ? StructuredSelection.EMPTY : new StructuredSelection(latest), true);
            showBody();
        }
        if (stale) {
            exitsOccurred();
        }
    }

    @Override
    protected void clear() {
        fetching = false;
        viewer.setInput(List.of());
        setContentDescription("");
    }

    @Override
    protected boolean showsRunningMachine() {
        return true;
    }

    @Override
    protected String subject() {
        return "its VM exits";
    }

    /** The table of exits. */
    public TableViewer viewer() {
        return viewer;
    }
}
