// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.vmx.ExitReason;
import java.util.Arrays;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StackLayout;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;

/** Describes a new breakpoint: its kind, its place, and what it does. */
final class NewBreakpointDialog extends TitleAreaDialog {

    private static final String[] ACCESSES = { "write", "read", "readWrite" };
    private static final String[] SIZES = { "1", "2", "4", "8", "16", "64", "4096" };
    private static final int DEFAULT_SIZE = 2;

    private final NewBreakpoint.Kind initial;
    private Combo kind;
    private Label placeLabel;
    private Composite places;
    private Combo reason;
    private Text place;
    private Combo bytes;
    private Combo access;
    private ActionFields action;

    NewBreakpointDialog(Shell shell, NewBreakpoint.Kind initial) {
        super(shell);
        this.initial = initial;
        setShellStyle(getShellStyle() | SWT.RESIZE);
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText("New Hypervisor Breakpoint");
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle("New Hypervisor Breakpoint");
        setMessage("Suspends the machine, in the guest or in the hypervisor.");
        Composite body = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(body);
        GridLayoutFactory.swtDefaults().numColumns(2).margins(10, 10).applyTo(body);
        kind = combo(body, "&Stop at:", Arrays.stream(NewBreakpoint.Kind.values()).map(NewBreakpoint.Kind::label).toArray(String[]::new));
        kind.select(initial.ordinal());
        kind.addListener(SWT.Selection, event -> kindChanged());
        placeLabel = new Label(body, SWT.NONE);
        createPlaces(body);
        bytes = combo(body, "&Bytes:", SIZES);
        bytes.select(DEFAULT_SIZE);
        access = combo(body, "A&ccess:", "write", "read", "read or write");
        access.select(0);
        action = new ActionFields(body, this::validate);
        kindChanged();
        return body;
    }

    private static Combo combo(Composite body, String label, String... items) {
        new Label(body, SWT.NONE).setText(label);
        Combo combo = new Combo(body, SWT.READ_ONLY | SWT.DROP_DOWN);
        combo.setItems(items);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(combo);
        return combo;
    }

    private void createPlaces(Composite body) {
        places = new Composite(body, SWT.NONE);
        places.setLayout(new StackLayout());
        GridDataFactory.fillDefaults().grab(true, false).applyTo(places);
        reason = new Combo(places, SWT.READ_ONLY | SWT.DROP_DOWN);
        reason.setItems(Arrays.stream(ExitReason.values()).map(NewBreakpoint::labelOf).toArray(String[]::new));
        reason.select(ExitReason.find("cpuid").ordinal());
        place = new Text(places, SWT.BORDER);
        place.addModifyListener(event -> validate());
    }

    private NewBreakpoint.Kind kind() {
        return NewBreakpoint.Kind.values()[kind.getSelectionIndex()];
    }

    private void kindChanged() {
        placeLabel.setText(kind().placeLabel());
        place.setMessage(kind().hint());
        ((StackLayout) places.getLayout()).topControl = kind() == NewBreakpoint.Kind.EXIT ? reason : place;
        places.layout();
        bytes.setEnabled(kind() == NewBreakpoint.Kind.MEMORY);
        access.setEnabled(kind().isData());
        action.allow(kind() != NewBreakpoint.Kind.EXIT, false);
        placeLabel.getParent().layout(true, true);
        validate();
    }

    private NewBreakpoint described() {
        String where = kind() == NewBreakpoint.Kind.EXIT ? ExitReason.values()[reason.getSelectionIndex()].hvName() : place.getText();
        return new NewBreakpoint(kind(), where, Integer.parseInt(bytes.getText()), ACCESSES[access.getSelectionIndex()]);
    }

    private void validate() {
        String problem = described().problem() == null ? action.problem() : described().problem();
        setErrorMessage(problem != null && !place.getText().isBlank() ? problem : null);
        if (getButton(OK) != null) {
            getButton(OK).setEnabled(problem == null);
        }
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        super.createButtonsForButtonBar(parent);
        validate();
    }

    @Override
    protected void okPressed() {
        try {
            MachineBreakpoint breakpoint = described().create();
            action.store(breakpoint);
            DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(breakpoint);
            super.okPressed();
        } catch (CoreException e) {
            setErrorMessage(e.getStatus().getMessage());
        }
    }
}
