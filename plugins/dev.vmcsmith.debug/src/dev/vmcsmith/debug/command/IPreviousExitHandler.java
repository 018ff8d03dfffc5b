// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import org.eclipse.debug.core.commands.IDebugCommandHandler;

/** Takes a suspended machine back to the VM exit before. */
public interface IPreviousExitHandler extends IDebugCommandHandler {
}
