// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui;

import org.eclipse.core.runtime.IPath;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.jface.resource.ImageRegistry;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.ResourceLocator;
import org.eclipse.swt.graphics.Image;

/** Identifiers of the bundle and its icons. */
public final class LangUi {
    public static final String BUNDLE = "dev.vmcsmith.lang.ui";
    public static final String CONTENT_TYPE = "dev.vmcsmith.lang.ui.hv";
    public static final String EDITOR = "org.eclipse.ui.genericeditor.GenericEditor";
    public static final String NATURE = "dev.vmcsmith.lang.ui.nature";
    public static final String BUILDER = "dev.vmcsmith.lang.ui.builder";
    /** Type of the markers of all problems of setups. */
    public static final String PROBLEM = "dev.vmcsmith.lang.ui.problem";
    /** Marker attribute: id of the entry rule or language check. */
    public static final String RULE_ID = "ruleId";
    public static final String FILE_EXTENSION = "hv";

    private LangUi() {
    }

    public static boolean isSetup(String fileName) {
        return fileName != null && fileName.endsWith("." + FILE_EXTENSION);
    }

    public static boolean isSetup(IPath file) {
        return file != null && FILE_EXTENSION.equals(file.getFileExtension());
    }

    /** An icon of this bundle by its file's name without extension; shared, not to be disposed. Only in the UI thread. */
    public static Image icon(String name) {
        ImageRegistry registry = JFaceResources.getImageRegistry();
        String key = BUNDLE + "/" + name;
        if (registry.getDescriptor(key) == null) {
            registry.put(key, descriptor(name));
        }
        return registry.get(key);
    }

    public static ImageDescriptor descriptor(String name) {
        return ResourceLocator.imageDescriptorFromBundle(BUNDLE, "icons/" + name + ".svg")
                .orElseGet(ImageDescriptor::getMissingImageDescriptor);
    }
}
