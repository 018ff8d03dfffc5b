// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatistics.ReasonCount;
import dev.vmcsmith.debug.ui.context.TableColumns;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.ColumnLabelProvider;
import org.eclipse.jface.viewers.OwnerDrawLabelProvider;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.TableItem;

/** How often each reason occurred, with its share of all exits. */
final class StatisticsPage {

    private static final int SHARE = 3;

    private final TableViewer viewer;
    private long total;

    /** @param chosen called with a reason that the user wants to see the exits of */
    StatisticsPage(Composite parent, IntConsumer chosen) {
        viewer = new TableViewer(parent, SWT.FULL_SELECTION | SWT.BORDER);
        viewer.getTable().setHeaderVisible(true);
        viewer.getTable().setLinesVisible(true);
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        OwnerDrawLabelProvider bar = new OwnerDrawLabelProvider() {
            @Override
            protected void measure(Event event, Object element) {
                // the column decides
            }

            @Override
            protected void paint(Event event, Object element) {
                Rectangle cell = ((TableItem) event.item).getBounds(SHARE);
                ReasonCount count = (ReasonCount) element;
                int width = total == 0 ? 0 : (int) Math.max(2, (cell.width - 6) * count.count() / total);
                event.gc.setBackground(TimelineStrip.color(count.reason()));
                event.gc.fillRectangle(cell.x + 2, cell.y + 3, width, Math.max(2, cell.height - 6));
            }

            @Override
            protected void erase(Event event, Object element) {
                event.detail &= ~SWT.FOREGROUND;
            }
        };
        TableColumns.of(viewer).add("Reason", 34, text(count -> count.reasonName() + " (" + count.reason() + ")"))
                .add("Count", 12, text(count -> String.format("%,d", count.count()))).add("Share", 10, text(this::share))
                .add("", 30, bar).add("Latest", 12, text(count -> "VM exit " + count.lastExit())).adapt();
        viewer.addDoubleClickListener(event -> {
            if (viewer.getStructuredSelection().getFirstElement() instanceof ReasonCount count) {
                chosen.accept(count.reason());
            }
        });
    }

    private static ColumnLabelProvider text(Function<ReasonCount, String> text) {
        return new ColumnLabelProvider() {
            @Override
            public String getText(Object element) {
                return text.apply((ReasonCount) element);
            }
        };
    }

    private String share(ReasonCount count) {
        return total == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * count.count() / total);
    }

    void show(ExitStatistics statistics) {
        total = statistics.total();
        viewer.setInput(statistics.reasons());
    }

    void clear() {
        viewer.setInput(List.of());
    }

    TableViewer viewer() {
        return viewer;
    }
}
