// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.util.Arrays;
import org.eclipse.swt.widgets.TreeItem;

/** The fields that the VMCS view shows. */
record VmcsTree(VmcsViewPart view) {

    private static final int VALUE = 2;
    private static final int RULES = 4;

    /** The row of a field by its SDM name; null when it is not shown. */
    TreeItem item(String field) {
        return Arrays.stream(view.viewer().getTree().getItems()).flatMap(area -> Arrays.stream(area.getItems()))
                .filter(item -> item.getText().equals(field)).findFirst().orElse(null);
    }

    boolean has(String field) {
        return item(field) != null;
    }

    /** The value as it is shown; empty when the field is not. */
    String value(String field) {
        return has(field) ? item(field).getText(VALUE) : "";
    }

    /** The broken rules beside a field. */
    String rules(String field) {
        return has(field) ? item(field).getText(RULES) : "";
    }

    /** Whether the value is stressed as a changed one. */
    boolean isStressed(String field) {
        return !item(field).getBackground(VALUE).equals(view.viewer().getTree().getBackground());
    }

    VmcsFieldValue field(String field) {
        return (VmcsFieldValue) item(field).getData();
    }
}
