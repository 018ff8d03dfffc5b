// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import org.eclipse.debug.core.commands.IDebugCommandHandler;

/** Runs a suspended machine backwards, to the stop before or its start. */
public interface IReverseResumeHandler extends IDebugCommandHandler {
}
