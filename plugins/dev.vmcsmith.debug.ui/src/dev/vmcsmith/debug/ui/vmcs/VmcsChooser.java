// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.VmcsList;
import java.util.List;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;

/** Chooses among the VMCSs of a machine; hidden while there is only one. */
final class VmcsChooser {

    private final Combo combo;
    private List<VmcsList.Entry> entries = List.of();
    private Long chosen;

    VmcsChooser(Composite parent, Runnable changed) {
        combo = new Combo(parent, SWT.READ_ONLY | SWT.DROP_DOWN);
        combo.setToolTipText("Which VMCS to show");
        GridDataFactory.fillDefaults().exclude(true).applyTo(combo);
        combo.setVisible(false);
        combo.addListener(SWT.Selection, event -> {
            int index = combo.getSelectionIndex();
            chosen = index == 0 ? null : entries.get(index - 1).vmcs();
            changed.run();
        });
    }

    /** Address of the chosen VMCS; null is the processor's current one. */
    Long chosen() {
        return chosen;
    }

    void show(VmcsList list) {
        entries = list.vmcss();
        boolean several = entries.size() > 1;
        GridData data = (GridData) combo.getLayoutData();
        if (several) {
            combo.setItems(items());
            int index = 0;
            for (int i = 0; i < entries.size(); i++) {
                index = chosen != null && chosen == entries.get(i).vmcs() ? i + 1 : index;
            }
            combo.select(index);
        }
        if (data.exclude == several) {
            data.exclude = !several;
            combo.setVisible(several);
        }
        combo.getParent().layout();
    }

    private String[] items() {
        String[] items = new String[entries.size() + 1];
        items[0] = "current VMCS";
        for (int i = 0; i < entries.size(); i++) {
            VmcsList.Entry entry = entries.get(i);
            items[i + 1] = HexLong.format(entry.vmcs()) + (entry.name() == null ? "" : " " + entry.name())
                    + (entry.currentOn().isEmpty() ? "" : ", current");
        }
        return items;
    }
}
