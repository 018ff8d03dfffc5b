// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.debug.ui.launch.SetupConfigurations;
import org.eclipse.core.resources.IFile;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchManager;

/** A setup run to its end, without a debugger. */
public final class SetupRun {

    private SetupRun() {
    }

    /** Runs a file; the exit code is 0 when its expectations hold. */
    public static int exitCode(IFile file) throws Exception {
        ILaunchConfiguration configuration = SetupConfigurations.create(file);
        try {
            DebugSession session = DebugSession.launch(configuration, ILaunchManager.RUN_MODE);
            session.awaitEnd();
            int code = session.process().getExitValue();
            session.close();
            return code;
        } finally {
            configuration.delete();
        }
    }

    /** Why a file cannot be launched. */
    public static String refusal(IFile file) throws Exception {
        ILaunchConfiguration configuration = SetupConfigurations.create(file);
        try {
            return DebugSession.refusal(configuration, ILaunchManager.RUN_MODE);
        } finally {
            configuration.delete();
        }
    }
}
