// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import org.eclipse.lsp4j.debug.services.IDebugProtocolClient;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;

/** A client of the debug adapter: the standard events and VMCSmith's own. */
public interface VmcsmithDebugClient extends IDebugProtocolClient {

    /**
     * The log of VM exits has grown. Sent at most every {@value ExitsEvent#PERIOD_MILLIS} ms while the machine runs, and always before the
     * {@code stopped}, {@code exited} or {@code terminated} event that follows an exit.
     */
    @JsonNotification("vmcsmith/exit")
    default void vmExits(ExitsEvent event) {
    }

    /**
     * The machine has gone to another instant, at which a console shows something else. Sent before the {@code stopped}, {@code exited}
     * or {@code terminated} event, or before the {@code output} event, that needs it; never for output that is simply new.
     */
    @JsonNotification("vmcsmith/consoleChanged")
    default void consoleChanged(ConsoleEvent event) {
    }
}
