// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.ept;

import dev.vmcsmith.dap.protocol.EptPointers;
import dev.vmcsmith.dap.protocol.HexLong;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

/** Chooses an EPT: the one in use, or one that some VMCS or EPTP list names. */
final class EptChooser {

    private final Combo combo;
    private final String first;
    private List<EptPointers.Pointer> pointers = List.of();
    private Long chosen;
    private boolean isFirst = true;

    /** @param first what the first item says: the choice that is no certain EPT */
    EptChooser(Composite parent, String label, String first, Runnable changed) {
        this.first = first;
        new Label(parent, SWT.NONE).setText(label);
        combo = new Combo(parent, SWT.READ_ONLY | SWT.DROP_DOWN);
        combo.setItems(first);
        combo.select(0);
        GridDataFactory.fillDefaults().grab(true, false).hint(60, SWT.DEFAULT).applyTo(combo);
        combo.addListener(SWT.Selection, event -> {
            choose(combo.getSelectionIndex());
            changed.run();
        });
    }

    private void choose(int index) {
        isFirst = index <= 0;
        chosen = isFirst ? null : pointers.get(index - 1).eptp();
    }

    /** The chosen pointer; null for the first item. */
    Long chosen() {
        return chosen;
    }

    boolean isFirst() {
        return isFirst;
    }

    void select(int index) {
        combo.select(index);
        choose(index);
    }

    void show(EptPointers all) {
        pointers = all.pointers();
        List<String> items = new ArrayList<>(List.of(first));
        int selected = 0;
        for (EptPointers.Pointer pointer : pointers) {
            items.add(HexLong.format(pointer.eptp()) + " \u2014 " + String.join(", ", pointer.sources()));
            selected = chosen != null && chosen == pointer.eptp() ? items.size() - 1 : selected;
        }
        if (!items.equals(List.of(combo.getItems()))) {
            combo.setItems(items.toArray(String[]::new));
        }
        combo.select(selected);
    }
}
