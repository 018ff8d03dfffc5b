// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ide.outline.OutlineNode;
import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.jface.viewers.LabelProvider;
import org.eclipse.swt.graphics.Image;

/** Icon and text of a node. */
final class OutlineLabels extends LabelProvider {
    @Override
    public String getText(Object element) {
        return ((OutlineNode) element).label();
    }

    @Override
    public Image getImage(Object element) {
        return LangUi.icon(switch (((OutlineNode) element).kind()) {
            case "vmcs", "state" -> "field";
            case "controls" -> "control";
            case "on" -> "exit";
            case "guest code", "label" -> "instruction";
            case "machine", "run" -> "setup";
            case "const" -> "value";
            default -> "reference";
        });
    }
}
