// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.reverse;

import dev.vmcsmith.debug.model.VcpuThread;

/** What elements of the model adapt to for {@link IReverseResumeHandler}. */
final class ReverseResumeCommand extends ReverseCommand implements IReverseResumeHandler {

    ReverseResumeCommand() {
        super(VcpuThread::reverseResume);
    }
}
