// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;
import org.eclipse.core.runtime.ILog;

/** The language services of the workbench. What the framework below them logs goes to the workbench's log. */
public final class Services {
    private Services() {
    }

    /** Made when first asked for, not in the UI thread. */
    private static final class Holder {
        static final EditorServices INSTANCE;

        static {
            Logger.getLogger("org.eclipse.xtext").addAppender(new WorkbenchLog());
            INSTANCE = EditorServices.get().with(SetupFiles.open()).withCpu(SetupPreferences::cpu);
        }
    }

    public static EditorServices get() {
        return Holder.INSTANCE;
    }

    /** Warnings and errors, as entries of the Error Log. */
    private static final class WorkbenchLog extends AppenderSkeleton {
        WorkbenchLog() {
            setThreshold(Level.WARN);
        }

        @Override
        protected void append(LoggingEvent event) {
            Throwable cause = event.getThrowableInformation() == null ? null : event.getThrowableInformation().getThrowable();
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                ILog.get().error(event.getRenderedMessage(), cause);
            } else {
                ILog.get().warn(event.getRenderedMessage(), cause);
            }
        }

        @Override
        public boolean requiresLayout() {
            return false;
        }

        @Override
        public void close() {
            // holds nothing open
        }
    }
}
