// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IConfigurationElement;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Platform;

/** The CPU profile of a program that names none, from the extension point {@value #POINT}: the language of a program knows. */
final class DefaultCpus {

    private static final String POINT = "dev.vmcsmith.debug.defaultCpus";

    private DefaultCpus() {
    }

    /** Null when the program names its processor itself, or nobody chose one. */
    static String of(Path program) {
        for (IConfigurationElement element : Platform.getExtensionRegistry().getConfigurationElementsFor(POINT)) {
            if (program.toString().endsWith("." + element.getAttribute("extension"))) {
                try {
                    return choice(element).apply(program.toString());
                } catch (CoreException | ClassCastException e) {
                    ILog.get().error("The extension of " + element.getContributor().getName() + " for " + POINT + " is wrong", e);
                }
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static UnaryOperator<String> choice(IConfigurationElement element) throws CoreException {
        return (UnaryOperator<String>) element.createExecutableExtension("class");
    }
}
