// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import org.eclipse.debug.core.commands.IDebugCommandHandler;

/** Runs a suspended vCPU to the first instruction of the guest after the next VM entry. */
public interface INextEntryHandler extends IDebugCommandHandler {
}
