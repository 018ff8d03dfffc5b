// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The ports that a machine has written to, each from its first text on. */
public final class SerialPorts {

    private final Map<String, SerialPort> ports = new LinkedHashMap<>();
    private final List<Consumer<SerialPort>> listeners = new ArrayList<>();

    /** Adds a listener: told of the ports that there are, and in the thread that reads the conversation of those that come. */
    public synchronized void addListener(Consumer<SerialPort> listener) {
        listeners.add(listener);
        ports.values().forEach(listener);
    }

    /** Removes a listener. */
    public synchronized void removeListener(Consumer<SerialPort> listener) {
        listeners.remove(listener);
    }

    /** The ports in the order of their first text. */
    public synchronized List<SerialPort> all() {
        return List.copyOf(ports.values());
    }

    void append(String port, String text) {
        port(port).append(text);
    }

    /** The machine has gone to another instant. */
    void change(ConsoleEvent event) {
        port(event.port()).change(event);
    }

    private synchronized SerialPort port(String name) {
        SerialPort known = ports.get(name);
        if (known == null) {
            known = new SerialPort(name);
            ports.put(name, known);
            for (Consumer<SerialPort> listener : listeners) {
                listener.accept(known);
            }
        }
        return known;
    }
}
