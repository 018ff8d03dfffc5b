// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitRecord;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.ui.ISharedImages;
import org.eclipse.ui.PlatformUI;

/** Copies the selected exits as lines of columns parted by tabs. */
final class CopyExitsAction extends Action {

    private final TableViewer viewer;

    CopyExitsAction(TableViewer viewer) {
        super("Copy");
        this.viewer = viewer;
        setImageDescriptor(PlatformUI.getWorkbench().getSharedImages().getImageDescriptor(ISharedImages.IMG_TOOL_COPY));
    }

    @Override
    public void run() {
        String text = Arrays.stream(viewer.getStructuredSelection().toArray()).filter(ExitRecord.class::isInstance)
                .map(ExitRecord.class::cast).map(CopyExitsAction::line).collect(Collectors.joining(System.lineSeparator()));
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(viewer.getControl().getDisplay());
            clipboard.setContents(new Object[] { text }, new Transfer[] { TextTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    private static String line(ExitRecord exit) {
        return String.join("\t", Long.toString(exit.number()), ExitsLabels.reasonOf(exit), ExitsLabels.qualificationOf(exit),
                ExitsLabels.ripOf(exit), Integer.toString(exit.instructionLength()), ExitsLabels.addressOf(exit));
    }
}
