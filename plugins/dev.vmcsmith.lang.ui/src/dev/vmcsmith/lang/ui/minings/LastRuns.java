// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.minings;

import dev.vmcsmith.lang.ide.minings.LastRun;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.source.ISourceViewerExtension5;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;

/**
 * How the last run of each setup went, from the events that a debugger posts: topic {@value #TOPIC}, property {@value #FILE} with the
 * setup's absolute path and {@value #EXITS} with a map of counts by basic exit reason. Who posts them is not known here.
 */
public final class LastRuns implements EventHandler {
    public static final String TOPIC = "dev/vmcsmith/run/EXITS";
    public static final String FILE = "file";
    public static final String EXITS = "exits";

    private final Map<String, LastRun> runs = new ConcurrentHashMap<>();
    private final Set<ITextViewer> viewers = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** The instance that hears the events. */
    static Optional<LastRuns> get() {
        BundleContext context = FrameworkUtil.getBundle(LastRuns.class).getBundleContext();
        ServiceReference<LastRuns> reference = context == null ? null : context.getServiceReference(LastRuns.class);
        return reference == null ? Optional.empty() : Optional.ofNullable(context.getService(reference));
    }

    /** Nothing is known of a setup that was not run. */
    LastRun of(URI uri) {
        return uri.isFile() ? runs.getOrDefault(uri.toFileString(), LastRun.NONE) : LastRun.NONE;
    }

    /** The remarks of a viewer are made anew after each run. */
    void showIn(ITextViewer viewer) {
        viewers.add(viewer);
    }

    @Override
    public void handleEvent(Event event) {
        if (event.getProperty(FILE) instanceof String file && event.getProperty(EXITS) instanceof Map<?, ?> counts) {
            Map<Integer, Long> exits = new HashMap<>();
            counts.forEach((reason, count) -> {
                if (reason instanceof Integer number && count instanceof Number times) {
                    exits.put(number, times.longValue());
                }
            });
            runs.put(file, new LastRun(exits));
            Set.copyOf(viewers).forEach(LastRuns::refresh);
        }
    }

    private static void refresh(ITextViewer viewer) {
        if (viewer instanceof ISourceViewerExtension5 minings && viewer.getTextWidget() != null) {
            viewer.getTextWidget().getDisplay().asyncExec(() -> {
                if (viewer.getTextWidget() != null) {
                    minings.updateCodeMinings();
                }
            });
        }
    }
}
