// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import org.eclipse.debug.core.commands.IDebugCommandHandler;

/** Runs a suspended vCPU to the next VM exit. */
public interface INextExitHandler extends IDebugCommandHandler {
}
