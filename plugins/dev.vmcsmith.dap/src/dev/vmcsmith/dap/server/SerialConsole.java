// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.Instant;

/**
 * The serial output of the known run, and how much of it the client shows. New output goes to the client once; when the machine has gone to
 * another instant the client is told what its console is to show there. Positions are characters since power-on.
 */
final class SerialConsole {
    /** Characters held; the oldest quarter is dropped when there are more. */
    private static final int CAPACITY = 8 * 1024 * 1024;

    private final ClientEvents events;
    private final StringBuilder text = new StringBuilder();
    /** Position of the first character held. */
    private long base;
    /** Position at which the client's console ends. */
    private long shown;

    SerialConsole(ClientEvents events) {
        this.events = events;
    }

    /** Text that the run has not had before. */
    synchronized void append(long position, String added) {
        show(position);
        text.append(added);
        shown += added.length();
        events.serial(added);
        if (text.length() > CAPACITY) {
            text.delete(0, CAPACITY / 4);
            base += CAPACITY / 4;
        }
    }

    /** What was to come after a position will not come. */
    synchronized void truncate(long position) {
        text.setLength((int) Math.clamp(position - base, 0, text.length()));
        base = Math.min(base, position);
    }

    /** Makes the client show the console of the present. */
    synchronized void show(long position) {
        if (position != shown) {
            long kept = Math.min(position, shown);
            events.console(kept, held(kept, position), position);
            shown = position;
        }
    }

    /** The text from a position, or from the first one held, up to the present. */
    synchronized ConsoleText text(long from, long position, Instant now) {
        long start = Math.clamp(from, Math.min(base, position), position);
        return new ConsoleText(start, held(start, position), position, now);
    }

    private String held(long from, long to) {
        int start = (int) Math.clamp(from - base, 0, text.length());
        return text.substring(start, (int) Math.clamp(to - base, start, text.length()));
    }
}
