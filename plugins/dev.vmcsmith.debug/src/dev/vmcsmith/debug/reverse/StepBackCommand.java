// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.reverse;

import dev.vmcsmith.debug.model.VcpuThread;

/** What elements of the model adapt to for {@link IStepBackHandler}. */
final class StepBackCommand extends ReverseCommand implements IStepBackHandler {

    StepBackCommand() {
        super(VcpuThread::stepBack);
    }
}
