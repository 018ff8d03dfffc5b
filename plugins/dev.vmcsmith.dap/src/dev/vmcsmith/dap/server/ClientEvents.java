// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import dev.vmcsmith.dap.protocol.ConsolePort;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArgumentsCategory;

/**
 * What the adapter tells its client unasked: output, and that the log of exits has grown. Text of the image and exits of a running machine are
 * collected and sent now and then; {@link #flush} sends what is left, and comes before every stop. Thread-safe.
 */
final class ClientEvents implements AutoCloseable {
    private static final int TEXT_PERIOD_MILLIS = 50;
    private static final int PATIENCE_MILLIS = 500;
    private static final int TEXT_BATCH = 16 * 1024;
    private static final int TICKS_PER_EXITS_EVENT = ExitsEvent.PERIOD_MILLIS / TEXT_PERIOD_MILLIS;

    private final VmcsmithDebugClient client;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("VMCSmith debug adapter ticker").unstarted(task));
    private final CollectedText collected = new CollectedText();
    private long exits;
    private long exitsSent;
    private int ticks;

    ClientEvents(VmcsmithDebugClient client) {
        this.client = client;
        ticker.scheduleWithFixedDelay(this::tick, TEXT_PERIOD_MILLIS, TEXT_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Does something now and then, for the first time after {@value #PATIENCE_MILLIS} ms. */
    ScheduledFuture<?> repeat(Runnable action) {
        return ticker.scheduleWithFixedDelay(action, PATIENCE_MILLIS, ExitsEvent.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Text that the image has sent by a port. */
    synchronized void text(String port, CharSequence text) {
        collected.add(port, text);
        if (collected.length() >= TEXT_BATCH) {
            flushText();
        }
    }

    /** A console of the client is to show something else than the text it has got, see {@link ConsoleEvent}. */
    synchronized void console(String port, long kept, String text, long length) {
        flushText();
        client.consoleChanged(new ConsoleEvent(port, kept, text, length));
    }

    /** VM exits that have occurred in the run so far. */
    synchronized void exits(long total) {
        exits = total;
    }

    /** A line about the machine. */
    void console(String line) {
        output(OutputEventArgumentsCategory.CONSOLE, line + "\n");
    }

    /** A line that the user must see. */
    void important(String line) {
        output(OutputEventArgumentsCategory.IMPORTANT, line + "\n");
    }

    /** Sends everything collected. */
    synchronized void flush() {
        flushText();
        flushExits();
    }

    private synchronized void tick() {
        flushText();
        if (++ticks >= TICKS_PER_EXITS_EVENT) {
            flushExits();
        }
    }

    private void flushText() {
        collected.drain((port, text) -> send(OutputEventArgumentsCategory.STDOUT, text, ConsolePort.data(port)));
    }

    private void flushExits() {
        ticks = 0;
        if (exits != exitsSent) {
            client.vmExits(new ExitsEvent(exits, exits - exitsSent));
            exitsSent = exits;
        }
    }

    private synchronized void output(String category, String text) {
        flushText();
        send(category, text, null);
    }

    private void send(String category, String text, Object data) {
        OutputEventArguments event = new OutputEventArguments();
        event.setCategory(category);
        event.setOutput(text);
        event.setData(data);
        client.output(event);
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
