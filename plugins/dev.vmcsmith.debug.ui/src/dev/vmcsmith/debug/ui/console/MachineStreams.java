// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import dev.vmcsmith.debug.session.MachineProcess;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.IProcess;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.console.ConsoleColorProvider;
import org.eclipse.debug.ui.console.IConsole;
import org.eclipse.swt.graphics.Color;
import org.eclipse.ui.console.ConsolePlugin;

/**
 * Shows the machine's messages in a colour of their own, beside the serial port and errors, and adds the console of the serial port while
 * the machine is debugged.
 */
public final class MachineStreams extends ConsoleColorProvider {

    private static final String MESSAGES = "dev.vmcsmith.debug.ui.console.messages";

    /** The platform's colour of console input, which a machine does not have: legible in every theme. */
    private static final String MESSAGE_COLOR = "org.eclipse.debug.ui.inColor";

    private SerialConsole serial;

    @Override
    public void connect(IProcess process, IConsole console) {
        super.connect(process, console);
        if (process instanceof MachineProcess machine) {
            console.connect(machine.getMessageStreamMonitor(), MESSAGES);
            if (ILaunchManager.DEBUG_MODE.equals(process.getLaunch().getLaunchMode())) {
                serial = new SerialConsole(machine);
                ConsolePlugin.getDefault().getConsoleManager().addConsoles(new org.eclipse.ui.console.IConsole[] { serial });
            }
        }
    }

    @Override
    public void disconnect() {
        if (serial != null) {
            ConsolePlugin.getDefault().getConsoleManager().removeConsoles(new org.eclipse.ui.console.IConsole[] { serial });
            serial = null;
        }
        super.disconnect();
    }

    @Override
    public Color getColor(String stream) {
        return MESSAGES.equals(stream) ? DebugUITools.getPreferenceColor(MESSAGE_COLOR) : super.getColor(stream);
    }
}
