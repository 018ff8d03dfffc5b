// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.ui.ISharedImages;
import org.eclipse.ui.PlatformUI;

/** Copies the selected fields and areas, or everything when nothing is selected, in some form of text. */
final class CopyFieldsAction extends Action {

    private final TreeViewer viewer;
    private final Function<List<VmcsArea>, String> form;

    CopyFieldsAction(String label, TreeViewer viewer, Function<List<VmcsArea>, String> form) {
        super(label);
        this.viewer = viewer;
        this.form = form;
        setImageDescriptor(PlatformUI.getWorkbench().getSharedImages().getImageDescriptor(ISharedImages.IMG_TOOL_COPY));
    }

    @Override
    public void run() {
        String text = text();
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(viewer.getControl().getDisplay());
            clipboard.setContents(new Object[] { text }, new Transfer[] { TextTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    /** What would be copied. */
    String text() {
        if (!(viewer.getInput() instanceof VmcsSnapshot snapshot)) {
            return "";
        }
        List<?> selected = viewer.getStructuredSelection().toList();
        return form.apply(selected.isEmpty() ? snapshot.contents().areas() : areas(snapshot, selected));
    }

    private static List<VmcsArea> areas(VmcsSnapshot snapshot, List<?> selected) {
        Map<VmcsArea, List<VmcsFieldValue>> fields = new LinkedHashMap<>();
        for (VmcsArea area : snapshot.contents().areas()) {
            for (VmcsFieldValue field : area.fields()) {
                if (selected.contains(area) || selected.contains(field)) {
                    fields.computeIfAbsent(area, key -> new ArrayList<>()).add(field);
                }
            }
        }
        return fields.entrySet().stream().map(entry -> new VmcsArea(entry.getKey().id(), entry.getKey().name(), entry.getValue())).toList();
    }
}
