// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui;

import java.net.URL;
import java.util.Locale;
import org.eclipse.core.runtime.FileLocator;
import org.eclipse.core.runtime.Path;
import org.eclipse.core.runtime.Platform;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.jface.resource.ImageRegistry;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.swt.graphics.Image;

/** The bundle's images, kept in the workbench's image registry. */
public enum Icons {
    /** A machine. */
    MACHINE,
    /** The VMCS view. */
    VMCS,
    /** An area of a VMCS. */
    AREA,
    /** The VM Exits view. */
    EXITS,
    /** A failed VM entry. */
    ENTRY_FAILURE,
    /** The Page Walk view. */
    PAGEWALK,
    /** A filter for changed values. */
    CHANGED,
    /** Follows the guest. */
    FOLLOW;

    /** For parts that create their images themselves. */
    public ImageDescriptor descriptor() {
        Path path = new Path("icons/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg");
        URL url = FileLocator.find(Platform.getBundle(DebugUi.BUNDLE), path);
        return url == null ? ImageDescriptor.getMissingImageDescriptor() : ImageDescriptor.createFromURL(url);
    }

    /** The image, disposed of with the display. */
    public Image image() {
        ImageRegistry registry = JFaceResources.getImageRegistry();
        String key = DebugUi.BUNDLE + "." + name();
        if (registry.get(key) == null) {
            registry.put(key, descriptor());
        }
        return registry.get(key);
    }
}
