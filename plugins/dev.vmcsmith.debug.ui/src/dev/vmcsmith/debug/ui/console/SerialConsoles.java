// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import dev.vmcsmith.debug.session.MachineProcess;
import dev.vmcsmith.debug.session.SerialPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.console.ConsolePlugin;
import org.eclipse.ui.console.IConsole;

/** The consoles of the ports of a debugged machine, each from the first text that the machine writes to it. Lives in the UI thread. */
final class SerialConsoles {

    private final MachineProcess process;
    private final Consumer<SerialPort> listener = port -> {
        if (PlatformUI.isWorkbenchRunning()) {
            PlatformUI.getWorkbench().getDisplay().asyncExec(() -> show(port));
        }
    };
    private final List<IConsole> shown = new ArrayList<>();
    private boolean closed;

    SerialConsoles(MachineProcess process) {
        this.process = process;
        process.session().serialPorts().addListener(listener);
    }

    private void show(SerialPort port) {
        if (!closed) {
            IConsole console = new SerialConsole(process, port);
            shown.add(console);
            ConsoleViews.keep(() -> ConsolePlugin.getDefault().getConsoleManager().addConsoles(new IConsole[] { console }));
        }
    }

    void close() {
        closed = true;
        process.session().serialPorts().removeListener(listener);
        ConsolePlugin.getDefault().getConsoleManager().removeConsoles(shown.toArray(IConsole[]::new));
        shown.clear();
    }
}
