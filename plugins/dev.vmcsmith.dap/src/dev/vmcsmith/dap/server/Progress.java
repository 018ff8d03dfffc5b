// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.util.concurrent.ScheduledFuture;
import java.util.function.IntSupplier;
import org.eclipse.lsp4j.debug.ProgressEndEventArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;

/** Tells a client that can show it how far a long way to another instant is. A way that takes no time shows nothing. */
final class Progress {
    private final VmcsmithDebugClient client;
    private final ClientEvents events;
    private final String id;
    private final IntSupplier percent;
    private ScheduledFuture<?> updates;
    private boolean shown;
    private boolean ended;

    private Progress(VmcsmithDebugClient client, ClientEvents events, String id, IntSupplier percent) {
        this.client = client;
        this.events = events;
        this.id = id;
        this.percent = percent;
    }

    /** Begins to watch; {@code percent} is asked in another thread. */
    static Progress begin(VmcsmithDebugClient client, ClientEvents events, String id, IntSupplier percent) {
        Progress progress = new Progress(client, events, id, percent);
        progress.updates = events.repeat(progress::update);
        return progress;
    }

    String id() {
        return id;
    }

    private synchronized void update() {
        if (ended) {
            return;
        }
        if (!shown) {
            shown = true;
            ProgressStartEventArguments start = new ProgressStartEventArguments();
            start.setProgressId(id);
            start.setTitle("Going to another instant of the run");
            start.setCancellable(true);
            start.setPercentage((double) percent.getAsInt());
            client.progressStart(start);
        } else {
            ProgressUpdateEventArguments update = new ProgressUpdateEventArguments();
            update.setProgressId(id);
            update.setPercentage((double) percent.getAsInt());
            client.progressUpdate(update);
        }
    }

    synchronized void end() {
        ended = true;
        updates.cancel(false);
        if (shown) {
            ProgressEndEventArguments end = new ProgressEndEventArguments();
            end.setProgressId(id);
            client.progressEnd(end);
        }
    }
}
