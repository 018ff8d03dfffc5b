// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.swt.widgets.Display;

/** How long single events keep the thread of the user interface. */
final class Responsiveness {

    /** No event may take longer: a user would feel it. */
    static final long LONGEST_MILLIS = 100;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Responsiveness() {
    }

    /**
     * Processes events until something is the case.
     *
     * @return the longest time that one event kept the user interface's thread, computing or waiting, in ms; time in which other programs
     *         have the processor does not count
     */
    static long longestDispatch(String description, BooleanSupplier done) {
        Display display = Display.getCurrent();
        long[] longest = new long[1];
        Workbench.until(description, () -> {
            boolean over = done.getAsBoolean();
            long before = occupied();
            while (!over && display.readAndDispatch()) {
                longest[0] = Math.max(longest[0], occupied() - before);
                over = done.getAsBoolean();
                before = occupied();
            }
            return over;
        });
        return TimeUnit.NANOSECONDS.toMillis(longest[0]);
    }

    /** How long this thread has computed, waited and been blocked, in ns. */
    private static long occupied() {
        THREADS.setThreadContentionMonitoringEnabled(true);
        ThreadInfo now = THREADS.getThreadInfo(Thread.currentThread().threadId());
        return THREADS.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(now.getWaitedTime() + now.getBlockedTime());
    }
}
