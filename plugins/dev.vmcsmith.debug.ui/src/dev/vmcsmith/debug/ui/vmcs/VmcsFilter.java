// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.jface.viewers.Viewer;
import org.eclipse.jface.viewers.ViewerFilter;

/** Keeps fields that contain every word of a text in one of their columns or in their name in a setup, and the areas of these fields. */
final class VmcsFilter extends ViewerFilter {

    private String[] words = {};
    private boolean changedOnly;
    private Predicate<VmcsFieldValue> changed = VmcsFieldValue::changedSinceLastStop;

    void setText(String text) {
        words = text.isBlank() ? new String[0] : text.strip().toLowerCase(Locale.ROOT).split("\\s+");
    }

    void setChangedOnly(boolean only) {
        changedOnly = only;
    }

    /** Says which fields have changed. */
    void setChanged(Predicate<VmcsFieldValue> test) {
        changed = test;
    }

    boolean isActive() {
        return words.length > 0 || changedOnly;
    }

    @Override
    public boolean select(Viewer viewer, Object parent, Object element) {
        return switch (element) {
            case VmcsArea area -> !isActive() || area.fields().stream().anyMatch(this::keeps);
            case VmcsFieldValue field -> keeps(field);
            default -> true;
        };
    }

    boolean keeps(VmcsFieldValue field) {
        if (changedOnly && !changed.test(field)) {
            return false;
        }
        String text = String.join("\n", field.name(), String.valueOf(field.hvName()), VmcsLabels.encodingOf(field), field.hex(),
                String.valueOf(field.meaning())).toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
