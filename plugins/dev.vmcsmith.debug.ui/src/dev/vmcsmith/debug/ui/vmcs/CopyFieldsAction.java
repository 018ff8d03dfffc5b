// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.ui.ISharedImages;
import org.eclipse.ui.PlatformUI;

/** Copies the selected fields as lines of columns parted by tabs. */
final class CopyFieldsAction extends Action {

    private final TreeViewer viewer;

    CopyFieldsAction(TreeViewer viewer) {
        super("Copy");
        this.viewer = viewer;
        setImageDescriptor(PlatformUI.getWorkbench().getSharedImages().getImageDescriptor(ISharedImages.IMG_TOOL_COPY));
    }

    @Override
    public void run() {
        String text = Arrays.stream(viewer.getStructuredSelection().toArray()).flatMap(CopyFieldsAction::lines)
                .collect(Collectors.joining(System.lineSeparator()));
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(viewer.getControl().getDisplay());
            clipboard.setContents(new Object[] { text }, new Transfer[] { TextTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    private static Stream<String> lines(Object element) {
        return switch (element) {
            case VmcsArea area -> Stream.concat(Stream.of(area.name()), area.fields().stream().map(CopyFieldsAction::line));
            case VmcsFieldValue field -> Stream.of(line(field));
            default -> Stream.of();
        };
    }

    private static String line(VmcsFieldValue field) {
        return String.join("\t", field.name(), VmcsLabels.encodingOf(field), field.hex(), field.meaning() == null ? "" : field.meaning());
    }
}
