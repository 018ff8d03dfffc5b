// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;

/** A project with the walkthrough. */
final class WalkthroughProject extends DebuggedProject {

    private final IFile file;

    WalkthroughProject() throws CoreException, IOException {
        super("debugged");
        file = copy("walkthrough/walkthrough.hv");
    }

    IFile file() {
        return file;
    }

    @Override
    IFile program() {
        return file;
    }

    /** Replaces a text in the setup. */
    void replace(String text, String by) throws CoreException {
        write(file.readString().replace(text, by));
    }

    /** Replaces the setup. */
    void write(String setup) throws CoreException {
        file.setContents(setup.getBytes(StandardCharsets.UTF_8), true, false, null);
    }
}
