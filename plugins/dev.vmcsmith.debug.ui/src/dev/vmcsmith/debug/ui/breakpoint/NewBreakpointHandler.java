// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.ui.handlers.HandlerUtil;

/** Asks for a breakpoint that has no line in a source, and adds it. */
public final class NewBreakpointHandler extends AbstractHandler {

    private static final String KIND = "dev.vmcsmith.debug.ui.breakpointKind";

    @Override
    public Object execute(ExecutionEvent event) {
        new NewBreakpointDialog(HandlerUtil.getActiveShell(event), NewBreakpoint.Kind.of(event.getParameter(KIND))).open();
        return null;
    }
}
