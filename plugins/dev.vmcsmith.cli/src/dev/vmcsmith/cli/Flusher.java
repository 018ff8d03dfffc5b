// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.PrintStream;

/** Lets a buffered stream be read while a long run goes on: flushes it a few times a second until closed. */
final class Flusher implements AutoCloseable {
    private static final int PERIOD_MILLIS = 200;

    private final Thread thread;

    Flusher(PrintStream out) {
        thread = Thread.ofPlatform().daemon().name("VMCSmith output").start(() -> flushRepeatedly(out));
    }

    private static void flushRepeatedly(PrintStream out) {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                out.flush();
            }
        } catch (InterruptedException e) {
            // Closed; whoever closes flushes the rest.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
