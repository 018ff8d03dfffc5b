// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import dev.vmcsmith.debug.session.MachineProcess;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.IProcess;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.console.ConsoleColorProvider;
import org.eclipse.debug.ui.console.IConsole;
import org.eclipse.swt.graphics.Color;

/**
 * Shows the machine's messages in a colour of their own, beside the serial ports and errors, and adds the consoles of the single ports while
 * the machine is debugged.
 */
public final class MachineStreams extends ConsoleColorProvider {

    private static final String MESSAGES = "dev.vmcsmith.debug.ui.console.messages";

    /** The platform's colour of console input, which a machine does not have: legible in every theme. */
    private static final String MESSAGE_COLOR = "org.eclipse.debug.ui.inColor";

    private SerialConsoles serial;

    @Override
    public void connect(IProcess process, IConsole console) {
        super.connect(process, console);
        if (process instanceof MachineProcess machine) {
            console.connect(machine.getMessageStreamMonitor(), MESSAGES);
            if (ILaunchManager.DEBUG_MODE.equals(process.getLaunch().getLaunchMode())) {
                serial = new SerialConsoles(machine);
            }
        }
    }

    @Override
    public void disconnect() {
        if (serial != null) {
            serial.close();
            serial = null;
        }
        super.disconnect();
    }

    @Override
    public Color getColor(String stream) {
        return MESSAGES.equals(stream) ? DebugUITools.getPreferenceColor(MESSAGE_COLOR) : super.getColor(stream);
    }
}
