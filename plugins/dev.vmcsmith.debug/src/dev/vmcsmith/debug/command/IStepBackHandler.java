// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import org.eclipse.debug.core.commands.IDebugCommandHandler;

/** Steps a suspended vCPU back: to the source line or VM exit before. */
public interface IStepBackHandler extends IDebugCommandHandler {
}
