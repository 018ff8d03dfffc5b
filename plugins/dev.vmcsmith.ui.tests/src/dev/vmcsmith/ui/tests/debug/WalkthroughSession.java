// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import org.eclipse.debug.core.ILaunchManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that debug the walkthrough: each has a project of its own, and its session is ended before the project goes. */
abstract class WalkthroughSession {

    WalkthroughProject walkthrough;
    DebugSession session;

    @BeforeEach
    void createProject() throws Exception {
        walkthrough = new WalkthroughProject();
    }

    @AfterEach
    void deleteProject() throws Exception {
        if (session != null) {
            session.close();
        }
        walkthrough.delete();
    }

    void launch(StopAt stopAt) throws Exception {
        session = DebugSession.launch(walkthrough.configuration(LaunchAttributes.STOP_AT, stopAt.id()), ILaunchManager.DEBUG_MODE);
    }
}
