// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.memory;

import dev.vmcsmith.debug.memory.MemoryPlace;
import org.eclipse.jface.dialogs.Dialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;

/** An address space and an address. */
final class MonitorMemoryDialog extends Dialog {

    private static final int WIDTH = 420;
    private static final String[] SPACES = { MemoryPlace.GUEST_VIRTUAL, MemoryPlace.GUEST_PHYSICAL, MemoryPlace.HOST_VIRTUAL,
            MemoryPlace.HOST_PHYSICAL };

    private Combo space;
    private Text address;
    private MemoryPlace place;

    MonitorMemoryDialog(Shell shell) {
        super(shell);
    }

    /** What the user has chosen. */
    MemoryPlace place() {
        return place;
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText("Monitor Memory");
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        Composite body = (Composite) super.createDialogArea(parent);
        GridLayoutFactory.swtDefaults().numColumns(2).margins(10, 10).applyTo(body);
        new Label(body, SWT.NONE).setText("Address &space:");
        space = new Combo(body, SWT.READ_ONLY | SWT.DROP_DOWN);
        space.setItems(SPACES);
        space.select(0);
        GridDataFactory.fillDefaults().grab(true, false).hint(WIDTH, SWT.DEFAULT).applyTo(space);
        new Label(body, SWT.NONE).setText("&Address:");
        address = new Text(body, SWT.BORDER);
        address.setMessage("a number, symbol, register or field, for example guest.rsp");
        GridDataFactory.fillDefaults().grab(true, false).applyTo(address);
        address.addModifyListener(event -> validate());
        address.setFocus();
        return body;
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        super.createButtonsForButtonBar(parent);
        validate();
    }

    private void validate() {
        if (getButton(OK) != null) {
            getButton(OK).setEnabled(!address.getText().isBlank());
        }
    }

    @Override
    protected void okPressed() {
        place = new MemoryPlace(SPACES[space.getSelectionIndex()], address.getText().strip());
        super.okPressed();
    }
}
