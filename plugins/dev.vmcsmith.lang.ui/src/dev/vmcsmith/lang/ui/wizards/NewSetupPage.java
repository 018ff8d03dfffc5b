// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.wizards;

import dev.vmcsmith.lang.ui.LangUi;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.ui.dialogs.WizardNewFileCreationPage;

/** Folder, name and content of a new setup. */
final class NewSetupPage extends WizardNewFileCreationPage {
    private SetupContent content;

    NewSetupPage(IStructuredSelection selection) {
        super("setup", selection);
        setTitle("Setup File");
        setDescription("A hypervisor with its guest, its VMCS and its exit handlers.");
        setFileExtension(LangUi.FILE_EXTENSION);
        setFileName("setup." + LangUi.FILE_EXTENSION);
    }

    @Override
    protected void createAdvancedControls(Composite parent) {
        content = new SetupContent(parent);
    }

    @Override
    protected void createLinkTarget() {
        // a setup is a file of its own
    }

    @Override
    protected IStatus validateLinkedResource() {
        return Status.OK_STATUS;
    }

    @Override
    protected InputStream getInitialContents() {
        return new ByteArrayInputStream(content.text(getFileName()).getBytes(StandardCharsets.UTF_8));
    }
}
