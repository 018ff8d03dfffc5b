// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitTimeline;
import dev.vmcsmith.dap.protocol.ExitTimelineArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.ColumnFit;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.ActionContributionItem;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.action.Separator;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.ILazyContentProvider;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.IActionBars;
import org.eclipse.ui.actions.ActionFactory;

/**
 * The <em>VM Exits</em> view: the log, its statistics, and a strip of it over time. It follows a running machine: the debug adapter tells
 * when the log has grown. Only what is visible is fetched.
 */
public final class VmExitsViewPart extends MachineView {

    /** Index of the column that is shown only when an exit has an address. */
    private static final int ADDRESS = 7;

    private final IAction follow = new Action("Follow the Run", IAction.AS_CHECK_BOX) {
        @Override
        public void run() {
            exitsOccurred();
        }
    };
    private ExitQuery query;
    private TimelineStrip strip;
    private Composite pages;
    private TableViewer viewer;
    private ColumnFit columns;
    private RowCount rows;
    private StatisticsPage statistics;
    private ExitPages shown = new ExitPages(ExitFilter.ALL);
    private boolean fetching;
    private boolean stale;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        query = new ExitQuery(body, this::exitsOccurred);
        strip = new TimelineStrip(body, this::selectExit, this::goToExit);
        strip.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        pages = new Composite(body, SWT.NONE);
        pages.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        StackLayout stack = new StackLayout();
        pages.setLayout(stack);
        createTable(pages);
        stack.topControl = viewer.getTable();
        statistics = new StatisticsPage(pages, reason -> {
            query.choose(reason);
            showStatistics(false);
            exitsOccurred();
        });
        getSite().setSelectionProvider(viewer);
        createActions();
        return body;
    }

    private void createTable(Composite parent) {
        viewer = new TableViewer(parent, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER | SWT.VIRTUAL);
        viewer.getTable().setHeaderVisible(true);
        viewer.getTable().setLinesVisible(true);
        viewer.setContentProvider((ILazyContentProvider) this::showRow);
        viewer.setInput(this);
        rows = new RowCount(viewer);
        columns = TableColumns.of(viewer).add("#", 6, ExitsLabels.number())
                .add("Time", 9, ExitsLabels.text(exit -> Long.toString(exit.instructions())))
                .add("VMCS", 11, ExitsLabels.text(exit -> HexLong.format(exit.vmcs())))
                .add("Reason", 24, ExitsLabels.text(ExitsLabels::reasonOf))
                .add("Qualification", 22, ExitsLabels.text(ExitsLabels::qualificationOf))
                .add("Guest RIP", 34, ExitsLabels.text(ExitsLabels::ripOf))
                .add("Handler", 22, ExitsLabels.text(exit -> exit.handler() == null ? "" : exit.handler()))
                .add("Address", 16, ExitsLabels.text(ExitsLabels::addressOf)).adapt();
        columns.show(ADDRESS, false);
    }

    private void createActions() {
        IActionBars bars = getViewSite().getActionBars();
        IAction copy = new CopyExitsAction(viewer);
        bars.setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        bars.setGlobalActionHandler(ActionFactory.FIND.getId(), new Action() {
            @Override
            public void run() {
                query.text().setFocus();
            }
        });
        viewer.addDoubleClickListener(event -> goToSelectedExit());
        IAction toggle = new Action("Statistics", IAction.AS_CHECK_BOX) {
            @Override
            public void run() {
                showStatistics(isChecked());
            }
        };
        toggle.setImageDescriptor(Icons.STATISTICS.descriptor());
        toggle.setToolTipText("Show how often each reason occurred");
        toggle.setId("statistics");
        bars.getToolBarManager().add(toggle);
        follow.setImageDescriptor(Icons.FOLLOW.descriptor());
        follow.setToolTipText("Keep the latest VM exit in sight while the machine runs");
        follow.setChecked(true);
        bars.getToolBarManager().add(follow);
        ExportAction export = new ExportAction(getSite().getShell(), () -> context().machine(), () -> query.filter());
        bars.getToolBarManager().add(export);
        MenuManager menu = new MenuManager();
        menu.add(new Action("Go to VM Exit") {
            @Override
            public void run() {
                goToSelectedExit();
            }
        });
        menu.add(new Separator());
        menu.add(new WalkAction("Page Walk of Guest RIP", viewer, getSite(), AddressSpace.GUEST_VIRTUAL, ExitRecord::guestRip));
        menu.add(new WalkAction("Page Walk of Guest-Linear Address", viewer, getSite(), AddressSpace.GUEST_VIRTUAL,
                ExitRecord::guestLinearAddress));
        menu.add(new WalkAction("Page Walk of Guest-Physical Address", viewer, getSite(), AddressSpace.GUEST_PHYSICAL,
                ExitRecord::guestPhysicalAddress));
        menu.add(new Separator());
        menu.add(copy);
        menu.add(export);
        viewer.getTable().setMenu(menu.createContextMenu(viewer.getTable()));
    }

    /** Shows the page with counts per reason, or the log. */
    public void showStatistics(boolean show) {
        StackLayout stack = (StackLayout) pages.getLayout();
        stack.topControl = show ? statistics.viewer().getTable() : viewer.getTable();
        pages.layout();
        if (getViewSite().getActionBars().getToolBarManager().find("statistics") instanceof ActionContributionItem item) {
            item.getAction().setChecked(show);
        }
    }

    private void goToSelectedExit() {
        if (viewer.getStructuredSelection().getFirstElement() instanceof ExitRecord exit) {
            goToExit(exit.number());
        }
    }

    /** The whole debugger shows the state at an exit. */
    private void goToExit(long number) {
        VcpuThread vcpu = context().vcpu();
        if (vcpu != null && vcpu.canTravel()) {
            vcpu.goToExit(number);
        }
    }

    private void selectExit(long number) {
        int index = shown.indexOfLatest(number);
        if (index >= 0) {
            viewer.getTable().setSelection(index);
            viewer.getTable().showSelection();
        }
    }

    /** Fills a row that has become visible; fetches its page when that is not there. */
    private void showRow(int index) {
        ExitRecord exit = shown.at(index);
        if (exit != null) {
            viewer.replace(exit, index);
        } else if (shown.ask(index)) {
            ExitPages asking = shown;
            ExitsArguments page = new ExitsArguments(index / ExitPages.PAGE * ExitPages.PAGE, ExitPages.PAGE, asking.filter());
            whenDone(context(), context().machine().request(server -> server.exits(page)).whenComplete((log, failure) -> {
                if (failure != null) {
                    viewer.getTable().getDisplay().asyncExec(() -> asking.failed(index));
                }
            }), log -> {
                if (asking == shown) {
                    shown.update(log);
                    showRecords(log);
                }
            });
        }
    }

    /** Lets rows show what has just been fetched: those that the user sees now, the others when they become visible. */
    private void showRecords(ExitLog log) {
        if (log.exits().stream().anyMatch(exit -> !ExitsLabels.addressOf(exit).isEmpty())) {
            columns.show(ADDRESS, true);
        }
        int end = Math.min(log.start() + log.exits().size(), viewer.getTable().getItemCount());
        if (log.start() < end) {
            viewer.getTable().clear(log.start(), end - 1);
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        fetching = true;
        stale = false;
        ExitFilter filter = query.filter();
        var machine = context.machine();
        ExitsArguments tail = new ExitsArguments(-2 * ExitPages.PAGE, 2 * ExitPages.PAGE, filter);
        CompletableFuture<ExitLog> log = machine.request(server -> server.exits(tail));
        CompletableFuture<ExitStatistics> counts = machine.request(server -> server.exitStatistics(new ExitStatisticsArguments(0)));
        CompletableFuture<ExitTimeline> timeline = machine.request(server -> server.exitTimeline(
                new ExitTimelineArguments(TimelineStrip.BUCKETS, null, null, filter)));
        whenAnswered(context, CompletableFuture.allOf(log, counts, timeline).thenApply(done -> new Answer(filter, log.join(), counts.join(),
                timeline.join())), this::show);
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

    private record Answer(ExitFilter filter, ExitLog log, ExitStatistics statistics, ExitTimeline timeline) {
    }

    private void show(Answer answer) {
        fetching = false;
        ExitLog log = answer.log;
        setContentDescription(ExitsLabels.heading(log, !answer.filter.isAll()));
        if (log.total() == 0) {
            clear();
            explain("No VM exit has occurred yet.");
        } else {
            showLog(answer);
            query.offer(answer.statistics);
            statistics.show(answer.statistics);
            strip.show(answer.timeline, answer.statistics.instant().instructions());
            showBody();
        }
        if (stale) {
            exitsOccurred();
        }
    }

    private void showLog(Answer answer) {
        boolean fresh = !answer.filter.equals(shown.filter());
        if (fresh) {
            shown = new ExitPages(answer.filter);
        }
        if (shown.update(answer.log) || fresh) {
            rows.removeAll();
        }
        boolean toPresent = follow.isChecked() || context().isSuspended();
        rows.set(shown.matching(), () -> {
            showRecords(answer.log);
            if (toPresent) {
                showPresent(shown.indexOfLatest(answer.statistics.instant().exits()));
            }
        });
    }

    private void showPresent(int index) {
        if (index >= 0) {
            viewer.getTable().setSelection(index);
            viewer.getTable().showSelection();
        } else {
            viewer.getTable().deselectAll();
        }
    }

    @Override
    protected void clear() {
        fetching = false;
        shown = new ExitPages(ExitFilter.ALL);
        columns.show(ADDRESS, false);
        rows.set(0, () -> {
            // there is nothing to show
        });
        statistics.clear();
        strip.show(null, 0);
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

    /** The table of counts per reason. */
    public TableViewer statistics() {
        return statistics.viewer();
    }

    /** How many stretches of time the strip shows; 0 when it is empty. */
    public int stretches() {
        return strip.timeline() == null ? 0 : strip.timeline().buckets().size();
    }

    /** The filter box for text. */
    public Text filterText() {
        return query.text();
    }

    /** The filter box for exit numbers. */
    public Text filterRange() {
        return query.range();
    }

    /** Shows the exits of one reason only; null shows all. */
    public void filterReason(Integer reason) {
        query.choose(reason);
        exitsOccurred();
    }
}
