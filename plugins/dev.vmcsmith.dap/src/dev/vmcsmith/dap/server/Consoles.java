// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsolePort;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.machine.SerialPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The consoles of a machine: one of each serial port, and the debug console. Each is where the machine is in time. */
final class Consoles {
    private static final int DEBUG_CONSOLE = SerialPort.values().length;

    private final List<SerialConsole> list = new ArrayList<>();
    private final StringBuilder completed = new StringBuilder();

    Consoles(ClientEvents events) {
        for (SerialPort port : SerialPort.values()) {
            list.add(new SerialConsole(port.name(), events));
        }
        list.add(new SerialConsole(ConsolePort.DEBUG_CONSOLE, events));
    }

    /** How much has been sent to each of them at power-on. */
    SerialPosition[] beginning() {
        SerialPosition[] positions = new SerialPosition[list.size()];
        Arrays.fill(positions, SerialPosition.NONE);
        return positions;
    }

    /**
     * A byte has left a serial port.
     *
     * @param positions how much had been sent; that of the port is moved on
     * @return whether the run has not had it before
     */
    boolean sent(SerialPort port, SerialPosition[] positions, int value) {
        return sent(port.ordinal(), positions, value);
    }

    /** The same for the debug console. */
    boolean sentToDebugConsole(SerialPosition[] positions, int value) {
        return sent(DEBUG_CONSOLE, positions, value);
    }

    private boolean sent(int index, SerialPosition[] positions, int value) {
        SerialPosition before = positions[index];
        completed.setLength(0);
        positions[index] = before.after(value, completed);
        return list.get(index).sent(before, positions[index], completed);
    }

    /** What was to come after these positions will not come. */
    void truncate(SerialPosition[] positions) {
        for (int i = 0; i < positions.length; i++) {
            list.get(i).truncate(positions[i]);
        }
    }

    /** Makes the client show the consoles of the present. */
    void show(SerialPosition[] present) {
        for (int i = 0; i < present.length; i++) {
            list.get(i).show(present[i]);
        }
    }

    /** The text of a port from a position, or from the first one held, up to the present. */
    ConsoleText text(String port, long from, SerialPosition[] present, Instant now) {
        for (int i = 0; i < present.length; i++) {
            if (list.get(i).port().equals(port)) {
                return list.get(i).text(from, present[i], now);
            }
        }
        throw new RequestFailure("There is no console \"" + port + "\": use one of " + list.stream().map(SerialConsole::port)
                .collect(Collectors.joining(", ")) + ".");
    }
}
