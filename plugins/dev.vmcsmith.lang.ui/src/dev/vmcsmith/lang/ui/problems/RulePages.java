// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import org.eclipse.core.runtime.FileLocator;
import org.eclipse.core.runtime.Platform;
import org.osgi.framework.Bundle;

/** The help pages of rules, as files that any browser shows. */
public final class RulePages {
    private static final String HELP = "dev.vmcsmith.doc";

    private RulePages() {
    }

    /** Whether there is a page for the rule. */
    public static boolean exists(String ruleId) {
        Bundle help = Platform.getBundle(HELP);
        return help != null && ruleId != null && ruleId.matches("[A-Z][A-Z0-9_]+") && help.getEntry(path(ruleId)) != null;
    }

    /**
     * The page of a rule. Unpacks the help on first use, so not in the UI thread.
     *
     * @throws IOException when the help cannot be unpacked
     */
    public static URL page(String ruleId) throws IOException {
        Bundle help = Platform.getBundle(HELP);
        FileLocator.toFileURL(help.getEntry("html/"));
        URL reference = FileLocator.toFileURL(help.getEntry("reference/"));
        try {
            return Path.of(URI.create(reference.toString().replace(" ", "%20"))).resolveSibling(path(ruleId)).toUri().toURL();
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw new IOException("The help page of " + ruleId + " cannot be found", e);
        }
    }

    private static String path(String ruleId) {
        return "reference/rules/" + ruleId + ".html";
    }
}
