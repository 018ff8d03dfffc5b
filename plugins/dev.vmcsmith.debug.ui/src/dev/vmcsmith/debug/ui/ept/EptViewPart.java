// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.ept;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.EptDifferences;
import dev.vmcsmith.dap.protocol.EptDifferencesArguments;
import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.EptMapArguments;
import dev.vmcsmith.dap.protocol.EptPointers;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.ThreadArguments;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.context.TableColumns;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.actions.ActionFactory;

/** The <em>EPT</em> view. */
public final class EptViewPart extends MachineView {

    private EptChooser shown;
    private EptChooser other;
    private Text exit;
    private TableViewer viewer;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        Composite bar = new Composite(body, SWT.NONE);
        bar.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        GridLayoutFactory.fillDefaults().numColumns(6).margins(4, 0).applyTo(bar);
        shown = new EptChooser(bar, "EPT:", "the one in use", this::again);
        other = new EptChooser(bar, "compared with:", "nothing", this::again);
        new Label(bar, SWT.NONE).setText("as at VM exit:");
        exit = new Text(bar, SWT.BORDER);
        exit.setMessage("now");
        exit.setToolTipText("Number of a VM exit: compares with what was mapped then. Enter compares.");
        GridDataFactory.fillDefaults().hint(50, SWT.DEFAULT).applyTo(exit);
        exit.addListener(SWT.DefaultSelection, event -> again());
        viewer = new TableViewer(body, SWT.FULL_SELECTION | SWT.MULTI | SWT.BORDER);
        viewer.getTable().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        viewer.getTable().setHeaderVisible(true);
        viewer.getTable().setLinesVisible(true);
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        TableColumns.of(viewer).add("Guest-physical", 30, column(EptRow::range)).add("Size", 10, column(EptRow::bytes))
                .add("Physical", 24, column(EptRow::physical)).add("Rights", 10, column(EptRow::rights))
                .add("Type", 10, column(EptRow::memoryType)).add("Pages", 10, column(EptRow::pageSize))
                .add("Difference", 10, column(EptRow::kind)).adapt();
        getSite().setSelectionProvider(viewer);
        createActions();
        return body;
    }

    private static ColumnLabelProvider column(Function<EptRow, String> text) {
        return new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return text.apply((EptRow) element);
            }
        };
    }

    private void createActions() {
        IAction walk = new Action("Page Walk of First Address", Icons.PAGEWALK.descriptor()) {
            @Override
            public void run() {
                walkSelected();
            }
        };
        IAction copy = new Action("Copy") {
            @Override
            public void run() {
                copy();
            }
        };
        getViewSite().getActionBars().setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        viewer.addDoubleClickListener(event -> walkSelected());
        MenuManager menu = new MenuManager();
        menu.add(walk);
        menu.add(copy);
        viewer.getTable().setMenu(menu.createContextMenu(viewer.getTable()));
    }

    private void walkSelected() {
        if (viewer.getStructuredSelection().getFirstElement() instanceof EptRow row) {
            PageWalkViewPart.show(getSite().getPage(), row.start(), AddressSpace.GUEST_PHYSICAL);
        }
    }

    private void copy() {
        Stream<?> rows = viewer.getStructuredSelection().isEmpty() ? rows().stream()
                : viewer.getStructuredSelection().toList().stream();
        String text = rows.map(row -> ((EptRow) row).line()).collect(Collectors.joining(System.lineSeparator()));
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(viewer.getControl().getDisplay());
            clipboard.setContents(new Object[] { text }, new Transfer[] { TextTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    private List<?> rows() {
        return viewer.getInput() instanceof List<?> rows ? rows : List.of();
    }

    private void again() {
        if (context().isSuspended()) {
            refresh(context());
        }
    }

    private record Answer(EptPointers pointers, EptMap map, EptDifferences differences) {
    }

    private Long exitNumber() {
        String text = exit.getText().strip();
        return text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    }

    @Override
    protected void refresh(MachineContext context) {
        int thread = context.threadId();
        CompletableFuture<EptPointers> pointers = context.machine().request(server -> server.eptPointers(new ThreadArguments(thread)));
        CompletableFuture<Answer> answer;
        if (other.isFirst() && exitNumber() == null) {
            CompletableFuture<EptMap> map = context.machine().request(server -> server.eptMap(new EptMapArguments(thread, shown.chosen())));
            answer = pointers.thenCombine(map, (all, ranges) -> new Answer(all, ranges, null));
        } else {
            Long from = other.isFirst() ? shown.chosen() : other.chosen();
            EptDifferencesArguments arguments = new EptDifferencesArguments(thread, from, shown.chosen(), exitNumber(), null);
            CompletableFuture<EptDifferences> differences = context.machine().request(server -> server.eptDifferences(arguments));
            answer = pointers.thenCombine(differences, (all, found) -> new Answer(all, null, found));
        }
        whenAnswered(context, answer, this::show);
    }

    private void show(Answer answer) {
        shown.show(answer.pointers());
        other.show(answer.pointers());
        EptMap map = answer.map();
        EptDifferences differences = answer.differences();
        if (map != null && map.eptp() == null) {
            clear();
            explain(map.explanation() == null ? "The guest runs without EPT." : map.explanation());
            return;
        }
        List<EptRow> rows = map != null ? map.ranges().stream().map(EptRow::of).toList()
                : differences.changes().stream().map(EptRow::of).toList();
        setContentDescription(map != null ? heading(map) : heading(differences));
        viewer.setInput(rows);
        showBody();
    }

    private static String heading(EptMap map) {
        String count = map.ranges().size() == 1 ? "1 range" : map.ranges().size() + " ranges";
        return "EPTP " + HexLong.format(map.eptp()) + (map.eptpMeaning() == null ? "" : " (" + map.eptpMeaning() + ")") + ": " + count
                + (map.explanation() == null ? "" : ". " + map.explanation());
    }

    private static String heading(EptDifferences differences) {
        if (differences.explanation() != null) {
            return differences.explanation();
        }
        int count = differences.changes().size();
        return count == 0 ? "No difference" : count == 1 ? "1 difference" : count + " differences";
    }

    @Override
    protected void clear() {
        viewer.setInput(List.of());
        setContentDescription("");
    }

    @Override
    protected String subject() {
        return "what its EPT maps";
    }

    /** The table of ranges or differences. */
    public TableViewer viewer() {
        return viewer;
    }

    /** Compares the EPT in use with itself as it was at a VM exit; null shows the map. */
    public void compareWithExit(Long number) {
        exit.setText(number == null ? "" : number.toString());
        again();
    }
}
