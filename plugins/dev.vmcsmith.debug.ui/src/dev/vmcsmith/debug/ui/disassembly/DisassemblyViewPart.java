// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.disassembly;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.Expression;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.core.resources.IMarkerDelta;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IBreakpointsListener;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;

/** The <em>Disassembly</em> view: follows the selected frame, or shows an address that the user has typed. */
public final class DisassemblyViewPart extends MachineView implements IBreakpointsListener {

    /** Rows from either end at which more is fetched. */
    private static final int MARGIN = 15;

    private Text address;
    private TableViewer viewer;
    private LineLabels labels;
    private Listing listing;
    private boolean fetching;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        Composite bar = new Composite(body, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(bar);
        GridLayoutFactory.fillDefaults().numColumns(2).margins(4, 0).applyTo(bar);
        new Label(bar, SWT.NONE).setText("Address:");
        address = new Text(bar, SWT.SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        address.setMessage("next instruction of the selected frame");
        address.setToolTipText("A number, symbol, register or expression, also guest-virtual:\u2026, guest-physical:\u2026, "
                + "host-virtual:\u2026, host-physical:\u2026. Empty follows the selected frame. Enter goes there.");
        address.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        address.addListener(SWT.DefaultSelection, event -> goTo());
        viewer = new TableViewer(body, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER);
        Table table = viewer.getTable();
        table.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        table.setHeaderVisible(true);
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        labels = new LineLabels(table, JFaceResources.getTextFont());
        TableColumns.of(viewer).add("Address", 16, labels.address()).add("Bytes", 18, labels.text(Line::bytes))
                .add("Symbol", 22, labels.text(line -> line.symbol() == null ? "" : line.symbol() + ":"))
                .add("Instruction", 38, labels.text(Line::text)).add("Source", 28, labels.text(Line::source)).adapt();
        table.getVerticalBar().addListener(SWT.Selection, event -> grow());
        table.addListener(SWT.MouseWheel, event -> table.getDisplay().asyncExec(this::grow));
        table.addListener(SWT.KeyUp, event -> grow());
        getSite().setSelectionProvider(viewer);
        new DisassemblyActions(this).install();
        DebugPlugin.getDefault().getBreakpointManager().addBreakpointListener(this);
        return body;
    }

    private void goTo() {
        if (context().isSuspended()) {
            refresh(context());
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        MachineFrame frame = context.frame() != null ? context.frame() : context.vcpu() == null ? null : context.vcpu().getTopStackFrame();
        Long next = frame == null || frame.instructionPointer() == null ? null : HexLong.parse(frame.instructionPointer());
        MemoryPlace typed = MemoryPlace.parse(address.getText());
        MemoryPlace own = new MemoryPlace(frame == null ? "" : frame.isGuest() ? MemoryPlace.GUEST_VIRTUAL : MemoryPlace.HOST_VIRTUAL, "");
        if (typed.expression().isEmpty() && next == null) {
            clear();
            explain("Select a vCPU or one of its frames to see its instructions.");
            return;
        }
        MemoryPlace space = typed.expression().isEmpty() || typed.space().isEmpty() ? own : typed;
        Listing fresh = new Listing(space);
        CompletableFuture<Long> start = typed.expression().isEmpty() ? CompletableFuture.completedFuture(next)
                : Expression.value(context, typed.expression());
        fetching = true;
        whenAnswered(context, start.thenCompose(at -> fresh.around(context, at).thenApply(lines -> new Answer(at, lines)))
                .whenComplete((done, failure) -> fetching = false), answer -> {
                    fresh.replace(answer.lines);
                    labels.current(space.space().equals(own.space()) ? next : null);
                    show(fresh, answer.at);
                });
    }

    private record Answer(long at, List<Line> lines) {
    }

    private void show(Listing fresh, long at) {
        listing = fresh;
        showBody();
        viewer.setInput(fresh.lines());
        int index = fresh.indexOf(at);
        if (index >= 0) {
            int visible = Math.max(1, viewer.getTable().getClientArea().height / Math.max(1, viewer.getTable().getItemHeight()));
            viewer.getTable().setTopIndex(Math.max(0, index - visible / 3));
            viewer.setSelection(new StructuredSelection(fresh.lines().get(index)));
            viewer.getTable().getDisplay().asyncExec(() -> {
                if (!viewer.getTable().isDisposed() && listing == fresh) {
                    viewer.getTable().showSelection();
                }
            });
        }
        setContentDescription(fresh.space().space().isEmpty() ? "" : fresh.space().space());
    }

    /** Fetches more when an end of the listing is near. */
    private void grow() {
        if (listing == null || listing.lines().isEmpty() || fetching || !context().isSuspended() || viewer.getTable().isDisposed()) {
            return;
        }
        Table table = viewer.getTable();
        int top = table.getTopIndex();
        int bottom = top + table.getClientArea().height / Math.max(1, table.getItemHeight());
        if (top < MARGIN) {
            growUp();
        } else if (bottom > table.getItemCount() - MARGIN) {
            growDown();
        }
    }

    /** Adds instructions before the first. */
    public void growUp() {
        grow(listing.before(context()), true);
    }

    /** Adds instructions after the last. */
    public void growDown() {
        grow(listing.after(context()), false);
    }

    private void grow(CompletableFuture<List<Line>> more, boolean up) {
        fetching = true;
        Listing growing = listing;
        whenDone(context(), more.whenComplete((done, failure) -> fetching = false), lines -> {
            if (growing != listing) {
                return;
            }
            int top = viewer.getTable().getTopIndex();
            viewer.getTable().setRedraw(false);
            int moved = up ? growing.prepend(lines) : -growing.append(lines);
            viewer.refresh();
            viewer.getTable().setTopIndex(Math.max(0, top + moved));
            viewer.getTable().setRedraw(true);
        });
    }

    @Override
    protected void clear() {
        listing = null;
        viewer.setInput(List.of());
        setContentDescription("");
    }

    @Override
    protected String subject() {
        return "its instructions";
    }

    @Override
    public void breakpointsAdded(IBreakpoint[] breakpoints) {
        update();
    }

    @Override
    public void breakpointsRemoved(IBreakpoint[] breakpoints, IMarkerDelta[] deltas) {
        update();
    }

    @Override
    public void breakpointsChanged(IBreakpoint[] breakpoints, IMarkerDelta[] deltas) {
        update();
    }

    private void update() {
        Table table = viewer.getTable();
        if (!table.isDisposed()) {
            table.getDisplay().asyncExec(() -> {
                if (!table.isDisposed() && listing != null) {
                    viewer.update(listing.lines().toArray(), null);
                }
            });
        }
    }

    @Override
    public void dispose() {
        DebugPlugin.getDefault().getBreakpointManager().removeBreakpointListener(this);
        super.dispose();
    }

    /** The table of instructions. */
    public TableViewer viewer() {
        return viewer;
    }

    /** Shows the instructions at an address; empty text follows the selected frame. */
    public void show(String text) {
        address.setText(text);
        goTo();
    }

    /** Address of the next instruction that is marked; null for none. */
    public Long current() {
        return labels.current();
    }

    /** The selected instruction; null for none. */
    Line selected() {
        return viewer.getStructuredSelection().getFirstElement() instanceof Line line ? line : null;
    }

    /** The address space that is shown. */
    MemoryPlace space() {
        return listing == null ? new MemoryPlace("", "") : listing.space();
    }

    MachineContext shownContext() {
        return context();
    }

    <T> void then(CompletableFuture<T> answer, Consumer<T> show) {
        whenDone(context(), answer, show);
    }

    /** Makes the view follow the selected frame again. */
    Action follow() {
        Action follow = new Action("Follow Frame", Icons.FOLLOW.descriptor()) {
            @Override
            public void run() {
                show("");
            }
        };
        follow.setToolTipText("Show the next instruction of the selected frame, now and at every stop");
        return follow;
    }
}
