// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.debug.model.MachineTarget;
import dev.vmcsmith.debug.ui.Icons;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.action.Action;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Shell;

/** Asks for a file, and writes the exits that match the filter to it. */
final class ExportAction extends Action {

    private static final String[] EXTENSIONS = { "*.csv", "*.json" };

    private final Shell shell;
    private final Supplier<MachineTarget> machine;
    private final Supplier<ExitFilter> filter;

    ExportAction(Shell shell, Supplier<MachineTarget> machine, Supplier<ExitFilter> filter) {
        super("Export\u2026", Icons.EXPORT.descriptor());
        this.shell = shell;
        this.machine = machine;
        this.filter = filter;
        setToolTipText("Write the VM exits that are shown to a CSV or JSON file");
    }

    @Override
    public void run() {
        MachineTarget from = machine.get();
        if (from == null) {
            return;
        }
        FileDialog dialog = new FileDialog(shell, SWT.SAVE);
        dialog.setText("Export VM Exits");
        dialog.setOverwrite(true);
        dialog.setFileName("vm-exits");
        dialog.setFilterExtensions(EXTENSIONS);
        dialog.setFilterNames(new String[] { "Comma-separated values (*.csv)", "JSON (*.json)" });
        String path = dialog.open();
        if (path == null) {
            return;
        }
        String extension = EXTENSIONS[Math.max(0, dialog.getFilterIndex())].substring(1);
        boolean named = path.endsWith(".csv") || path.endsWith(".json");
        Job job = new ExitExport(from, filter.get(), Path.of(named ? path : path + extension));
        job.setUser(true);
        job.schedule();
    }
}
