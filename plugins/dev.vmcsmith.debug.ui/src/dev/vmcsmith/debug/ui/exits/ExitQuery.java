// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatistics.ReasonCount;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Text;

/** Which exits the user wants to see: a text, a reason, a range of numbers. */
final class ExitQuery {

    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,18})?\\s*(\\.\\.|-)?\\s*(\\d{1,18})?\\s*");
    private static final int RANGE_WIDTH = 90;
    private static final int REASON_WIDTH = 150;

    private final Text text;
    private final Combo reason;
    private final Text range;
    private List<Integer> reasons = List.of();
    private Integer chosen;

    ExitQuery(Composite parent, Runnable changed) {
        Composite bar = new Composite(parent, SWT.NONE);
        bar.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        GridLayoutFactory.fillDefaults().numColumns(3).applyTo(bar);
        text = new Text(bar, SWT.SEARCH | SWT.ICON_SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        text.setMessage("filter by any column");
        text.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        text.addModifyListener(event -> changed.run());
        reason = new Combo(bar, SWT.READ_ONLY | SWT.DROP_DOWN);
        reason.setItems("all reasons");
        reason.select(0);
        reason.setToolTipText("Show exits of one reason only");
        GridDataFactory.fillDefaults().hint(REASON_WIDTH, SWT.DEFAULT).applyTo(reason);
        reason.addListener(SWT.Selection, event -> {
            chosen = reason.getSelectionIndex() <= 0 ? null : reasons.get(reason.getSelectionIndex() - 1);
            changed.run();
        });
        range = new Text(bar, SWT.SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        range.setMessage("1..100");
        range.setToolTipText("Show exits with these numbers only: 1..100, 500.., ..20 or 7");
        GridDataFactory.fillDefaults().hint(RANGE_WIDTH, SWT.DEFAULT).applyTo(range);
        range.addModifyListener(event -> changed.run());
    }

    ExitFilter filter() {
        ExitFilter filter = ExitFilter.text(text.getText().strip());
        if (chosen != null) {
            filter = filter.withReasons(List.of(chosen));
        }
        Matcher numbers = RANGE.matcher(range.getText());
        if (range.getText().isBlank() || !numbers.matches()) {
            return filter;
        }
        Long first = numbers.group(1) == null ? null : Long.valueOf(numbers.group(1));
        Long last = numbers.group(3) != null ? Long.valueOf(numbers.group(3)) : numbers.group(2) == null ? first : null;
        return filter.withNumbers(first, last);
    }

    /** Offers the reasons that have occurred. */
    void offer(ExitStatistics statistics) {
        List<Integer> occurred = statistics.reasons().stream().map(ReasonCount::reason).sorted().toList();
        if (occurred.equals(reasons)) {
            return;
        }
        reasons = occurred;
        List<String> items = new ArrayList<>(List.of("all reasons"));
        for (int number : occurred) {
            items.add(statistics.reasons().stream().filter(count -> count.reason() == number).findFirst().orElseThrow().reasonName() + " ("
                    + number + ")");
        }
        reason.setItems(items.toArray(String[]::new));
        reason.select(chosen == null ? 0 : Math.max(0, reasons.indexOf(chosen) + 1));
    }

    /** Asks for one reason only; null is all. */
    void choose(Integer number) {
        chosen = number;
        reason.select(number == null ? 0 : Math.max(0, reasons.indexOf(number) + 1));
    }

    Text text() {
        return text;
    }

    Text range() {
        return range;
    }
}
