// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.debug.session.SessionListener;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;

/** A run without a debugger: the console shows all that the machine tells, so events need nothing more. */
final class RunListener implements SessionListener {

    @Override
    public void stopped(StoppedEventArguments event) {
        // a machine launched with noDebug does not stop
    }

    @Override
    public void continued(ContinuedEventArguments event) {
        // see above
    }

    @Override
    public void breakpointChanged(BreakpointEventArguments event) {
        // no breakpoints were sent
    }

    @Override
    public void exitsOccurred(ExitsEvent event) {
        // nobody looks at the log
    }

    @Override
    public void ended() {
        // the process tells
    }
}
