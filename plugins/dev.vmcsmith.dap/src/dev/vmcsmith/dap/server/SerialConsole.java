// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.Instant;

/**
 * What has left the known run by one port, and how much of it the client shows. New output goes to the client once; when the machine has
 * gone to another instant the client is told what its console is to show there. Positions are characters since power-on.
 */
final class SerialConsole {
    /** Characters held; the oldest quarter is dropped when there are more. */
    private static final int CAPACITY = 8 * 1024 * 1024;

    private final String port;
    private final ClientEvents events;
    private final StringBuilder text = new StringBuilder();
    /** Bytes of the known run. */
    private long known;
    /** Position of the first character held. */
    private long base;
    /** Position at which the client's console ends. */
    private long shown;

    SerialConsole(String port, ClientEvents events) {
        this.port = port;
        this.events = events;
    }

    String port() {
        return port;
    }

    /**
     * A byte was sent.
     *
     * @param added the text that it completes
     * @return whether the run has not had it before
     */
    synchronized boolean sent(SerialPosition before, SerialPosition after, CharSequence added) {
        if (after.bytes() <= known) {
            return false;
        }
        known = after.bytes();
        show(before);
        text.append(added);
        shown += added.length();
        events.text(port, added);
        if (text.length() > CAPACITY) {
            text.delete(0, CAPACITY / 4);
            base += CAPACITY / 4;
        }
        return true;
    }

    /** What was to come after a position will not come. */
    synchronized void truncate(SerialPosition position) {
        known = Math.min(known, position.bytes());
        text.setLength((int) Math.clamp(position.characters() - base, 0, text.length()));
        base = Math.min(base, position.characters());
    }

    /** Makes the client show the console of the present. */
    synchronized void show(SerialPosition present) {
        long position = present.characters();
        if (position != shown) {
            long kept = Math.min(position, shown);
            events.console(port, kept, held(kept, position), position);
            shown = position;
        }
    }

    /** The text from a position, or from the first one held, up to the present. */
    synchronized ConsoleText text(long from, SerialPosition present, Instant now) {
        long position = present.characters();
        long start = Math.clamp(from, Math.min(base, position), position);
        return new ConsoleText(start, held(start, position), position, now);
    }

    private String held(long from, long to) {
        int start = (int) Math.clamp(from - base, 0, text.length());
        return text.substring(start, (int) Math.clamp(to - base, start, text.length()));
    }
}
