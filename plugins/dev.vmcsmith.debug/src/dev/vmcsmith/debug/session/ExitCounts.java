// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ExitStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Tells whoever listens how often VM exits have happened in a run: an event with topic {@value #TOPIC}, property {@value #FILE} with the
 * absolute path of the program and {@value #EXITS} with a map of counts by basic exit reason. Who listens is not known here.
 */
final class ExitCounts {

    private static final String TOPIC = "dev/vmcsmith/run/EXITS";
    private static final String FILE = "file";
    private static final String EXITS = "exits";

    private ExitCounts() {
    }

    /** Does nothing outside of a framework that passes events on. */
    static void post(String program, ExitStatistics statistics) {
        Bundle bundle = FrameworkUtil.getBundle(ExitCounts.class);
        BundleContext context = bundle == null ? null : bundle.getBundleContext();
        ServiceReference<EventAdmin> reference = context == null ? null : context.getServiceReference(EventAdmin.class);
        EventAdmin events = reference == null ? null : context.getService(reference);
        if (events != null) {
            Map<Integer, Long> counts = statistics.reasons().stream().collect(Collectors.toMap(ExitStatistics.ReasonCount::reason,
                    ExitStatistics.ReasonCount::count, Long::sum));
            events.postEvent(new Event(TOPIC, Map.of(FILE, program, EXITS, counts)));
            context.ungetService(reference);
        }
    }
}
