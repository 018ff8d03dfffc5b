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
import org.eclipse.swt.SWT;
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
    FOLLOW,
    /** The EPT view. */
    EPT,
    /** The Disassembly view. */
    DISASSEMBLY,
    /** A breakpoint on a symbol. */
    BREAKPOINT_FUNCTION,
    /** A breakpoint on an instruction. */
    BREAKPOINT_INSTRUCTION,
    /** A breakpoint on data. */
    BREAKPOINT_DATA,
    /** A breakpoint on VM exits. */
    BREAKPOINT_EXIT,
    /** Memory. */
    MEMORY,
    /** Statistics of VM exits. */
    STATISTICS,
    /** VM exits over time. */
    TIMELINE,
    /** Compares. */
    DIFFERENCES,
    /** Writes a file. */
    EXPORT,
    /** Larger. */
    ZOOM_IN,
    /** Smaller. */
    ZOOM_OUT,
    /** The next instruction. */
    CURRENT_LINE,
    /** A broken rule. */
    VIOLATION,
    /** A picture. */
    IMAGE;

    /** For parts that create their images themselves. */
    public ImageDescriptor descriptor() {
        Path path = new Path("icons/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg");
        URL url = FileLocator.find(Platform.getBundle(DebugUi.BUNDLE), path);
        return url == null ? ImageDescriptor.getMissingImageDescriptor() : ImageDescriptor.createFromURL(url);
    }

    /** The image, disposed of with the display. */
    public Image image() {
        return image("", descriptor());
    }

    /** The image of something that is disabled. */
    public Image disabledImage() {
        return image(".disabled", ImageDescriptor.createWithFlags(descriptor(), SWT.IMAGE_GRAY));
    }

    private Image image(String variant, ImageDescriptor descriptor) {
        ImageRegistry registry = JFaceResources.getImageRegistry();
        String key = DebugUi.BUNDLE + "." + name() + variant;
        if (registry.get(key) == null) {
            registry.put(key, descriptor);
        }
        return registry.get(key);
    }
}
