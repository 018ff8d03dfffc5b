// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the machine has written to one of its ports up to its present instant: it shrinks when the machine goes back in time. Positions count
 * characters since power-on; only the latest are held.
 */
public final class SerialPort {

    /** At most so many characters are held. */
    public static final int LIMIT = 1 << 20;

    /** Told of changes in the thread that reads the conversation. */
    @FunctionalInterface
    public interface Listener {

        /** The text from a position on is not what it was. */
        void changed(long kept);
    }

    /**
     * Text from a position on.
     *
     * @param start position of the first character
     */
    public record Part(long start, String text) {
    }

    private final String name;
    private final StringBuilder held = new StringBuilder();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private long end;
    private long latest;

    SerialPort(String name) {
        this.name = name;
    }

    /** The {@link dev.vmcsmith.dap.protocol.ConsolePort}. */
    public String name() {
        return name;
    }

    /** Adds a listener; what there is already was not told. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Removes a listener. */
    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /** The text that is held. */
    public String text() {
        return from(0).text();
    }

    /** What is held of the text from a position on. */
    public synchronized Part from(long position) {
        long start = end - held.length();
        int skipped = (int) Math.clamp(position - start, 0, held.length());
        return new Part(start + skipped, held.substring(skipped));
    }

    /** Whether the machine has gone back in time behind text that it has written already. */
    public synchronized boolean isInThePast() {
        return end < latest;
    }

    void append(String text) {
        long kept;
        synchronized (this) {
            kept = end;
            add(text);
            end += text.length();
            latest = end;
        }
        listeners.forEach(listener -> listener.changed(kept));
    }

    /** The machine has gone to another instant. */
    void change(ConsoleEvent event) {
        synchronized (this) {
            long excess = Math.clamp(end - event.kept(), 0, held.length());
            held.setLength(held.length() - (int) excess);
            if (event.kept() + event.text().length() < event.length()) {
                held.setLength(0);
            }
            add(event.text());
            end = event.length();
        }
        listeners.forEach(listener -> listener.changed(event.kept()));
    }

    private void add(String text) {
        held.append(text);
        if (held.length() > LIMIT) {
            held.delete(0, held.length() - LIMIT);
        }
    }
}
