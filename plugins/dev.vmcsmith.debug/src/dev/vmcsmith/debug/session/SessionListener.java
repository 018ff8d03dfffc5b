// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ExitsEvent;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;

/** What a machine tells while it lives. Called in the thread that reads the conversation: implementations must not wait. */
public interface SessionListener {

    /** The machine has suspended. */
    void stopped(StoppedEventArguments event);

    /** The machine has resumed by itself. */
    void continued(ContinuedEventArguments event);

    /** A breakpoint was moved, verified or refused. */
    void breakpointChanged(BreakpointEventArguments event);

    /** The log of VM exits has grown. */
    void exitsOccurred(ExitsEvent event);

    /** The process has ended; no event follows. Called exactly once. */
    void ended();
}
