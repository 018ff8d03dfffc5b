// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.FileLocator;
import org.eclipse.core.runtime.Platform;
import org.eclipse.core.runtime.Status;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The class path of a machine's JVM, read off the wiring of the running platform: the debug adapter, every bundle that can read images,
 * and all that these are wired to. Works for jars and for folders, also those of a development workbench.
 */
final class MachineClassPath {

    /** The bundle with the debug adapter. */
    static final String ADAPTER_BUNDLE = "dev.vmcsmith.dap";

    private static final String SERVICES = "META-INF/services";
    private static final String IMAGE_SOURCE = "dev.vmcsmith.image.ImageSource";

    private MachineClassPath() {
    }

    /**
     * Computes the class path.
     *
     * @throws CoreException when the adapter is not installed or a bundle has no files
     */
    static List<File> compute() throws CoreException {
        Bundle adapter = Platform.getBundle(ADAPTER_BUNDLE);
        if (adapter == null || adapter.adapt(BundleWiring.class) == null) {
            throw new CoreException(Status.error("The bundle " + ADAPTER_BUNDLE + " is not installed: install VMCSmith again."));
        }
        Deque<Bundle> open = new ArrayDeque<>(List.of(adapter));
        for (Bundle bundle : FrameworkUtil.getBundle(MachineClassPath.class).getBundleContext().getBundles()) {
            if (readsImages(bundle)) {
                open.add(bundle);
            }
        }
        Set<Bundle> closed = new LinkedHashSet<>();
        Set<File> files = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            Bundle bundle = open.remove();
            if (closed.add(bundle) && bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
                addFiles(bundle, files);
                open.addAll(wiredTo(bundle.adapt(BundleWiring.class)));
            }
        }
        return List.copyOf(files);
    }

    private static boolean readsImages(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return wiring != null && bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID
                && !wiring.listResources(SERVICES, IMAGE_SOURCE, BundleWiring.LISTRESOURCES_LOCAL).isEmpty();
    }

    private static List<Bundle> wiredTo(BundleWiring wiring) {
        List<Bundle> bundles = new ArrayList<>();
        for (BundleWire wire : wiring.getRequiredWires(null)) {
            bundles.add(wire.getProvider().getBundle());
        }
        for (BundleWire wire : wiring.getProvidedWires("osgi.wiring.host")) {
            bundles.add(wire.getRequirer().getBundle());
        }
        return bundles;
    }

    private static void addFiles(Bundle bundle, Set<File> files) throws CoreException {
        Optional<File> location = FileLocator.getBundleFileLocation(bundle);
        if (location.isEmpty()) {
            throw new CoreException(Status.error("The bundle " + bundle.getSymbolicName() + " has no file."));
        }
        if (location.get().isDirectory()) {
            classFolder(bundle).ifPresent(files::add);
        }
        files.add(location.get());
        addNested(bundle, files);
    }

    /** The folder of compiled classes of a bundle that runs out of a development workbench. */
    private static Optional<File> classFolder(Bundle bundle) throws CoreException {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        int flags = BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE;
        Collection<String> classes = wiring.listResources("/", "*.class", flags);
        for (String name : classes) {
            URL url = bundle.getResource(name);
            if (url != null) {
                String path = toFile(url).getPath();
                return Optional.of(new File(path.substring(0, path.length() - name.length())));
            }
        }
        return Optional.empty();
    }

    private static void addNested(Bundle bundle, Set<File> files) throws CoreException {
        String classPath = bundle.getHeaders("").get(Constants.BUNDLE_CLASSPATH);
        if (classPath == null) {
            return;
        }
        for (String clause : classPath.split(",")) {
            String entry = clause.split(";")[0].strip();
            URL url = entry.equals(".") ? null : bundle.getEntry(entry);
            if (url != null) {
                files.add(toFile(url));
            }
        }
    }

    private static File toFile(URL url) throws CoreException {
        try {
            return new File(FileLocator.toFileURL(url).getPath());
        } catch (IOException e) {
            throw new CoreException(Status.error("Cannot read " + url, e));
        }
    }
}
