// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IWorkspaceRunnable;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.dialogs.PropertyPage;

/** The property page of every breakpoint of a machine. */
public final class BreakpointPage extends PropertyPage {

    private Button enabled;
    private ActionFields action;

    /** For the extension point. */
    public BreakpointPage() {
        noDefaultButton();
    }

    private MachineBreakpoint breakpoint() {
        return (MachineBreakpoint) Adapters.adapt(getElement(), IBreakpoint.class);
    }

    @Override
    protected Control createContents(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().numColumns(2).applyTo(body);
        fact(body, "Stops at:", breakpoint().place());
        if (breakpoint() instanceof SetupLineBreakpoint line && line.getMarker() != null) {
            fact(body, "File:", line.isOutside() ? line.path() : line.getMarker().getResource().getFullPath().toString());
        }
        if (!breakpoint().note().isEmpty()) {
            fact(body, "Not active:", breakpoint().note());
        }
        enabled = new Button(body, SWT.CHECK);
        enabled.setText("&Enabled");
        GridDataFactory.fillDefaults().span(2, 1).applyTo(enabled);
        IMarker marker = breakpoint().getMarker();
        enabled.setSelection(marker != null && marker.getAttribute(IBreakpoint.ENABLED, false));
        action = new ActionFields(body, this::validate);
        action.load(breakpoint());
        return body;
    }

    private static void fact(Composite body, String label, String value) {
        new Label(body, SWT.NONE).setText(label);
        Label shown = new Label(body, SWT.WRAP);
        shown.setText(value.replace("&", "&&"));
        GridDataFactory.fillDefaults().grab(true, false).applyTo(shown);
    }

    private void validate() {
        if (action != null) {
            setErrorMessage(action.problem());
            setValid(action.problem() == null);
        }
    }

    @Override
    public boolean performOk() {
        MachineBreakpoint breakpoint = breakpoint();
        IWorkspaceRunnable store = monitor -> {
            action.store(breakpoint);
            breakpoint.setEnabled(enabled.getSelection());
        };
        try {
            ResourcesPlugin.getWorkspace().run(store, null);
            return true;
        } catch (CoreException e) {
            setErrorMessage(e.getStatus().getMessage());
            return false;
        }
    }
}
