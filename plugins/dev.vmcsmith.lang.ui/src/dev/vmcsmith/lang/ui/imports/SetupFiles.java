// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.imports;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.setup.SetupWriter;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.resources.IContainer;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.IAdaptable;
import org.eclipse.core.runtime.IPath;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.ide.undo.CreateFileOperation;
import org.eclipse.ui.ide.undo.WorkspaceUndoUtil;
import org.eclipse.ui.wizards.newresource.BasicNewResourceWizard;

/** Writes setups of dumps into the workspace. */
final class SetupFiles {
    private SetupFiles() {
    }

    /**
     * The setup's text.
     *
     * @param cpu name of a bundled CPU profile; null for one with the dump's controls
     */
    static String text(Dump dump, String source, String cpu) {
        return cpu == null ? SetupWriter.write(dump, source) : SetupWriter.write(dump, source, CpuProfiles.named(cpu), cpu);
    }

    /** A file name that is free in the folder: {@code imported.hv}, {@code imported-2.hv}. */
    static String freeName(IContainer folder) {
        String name = "imported." + LangUi.FILE_EXTENSION;
        for (int i = 2; folder.findMember(name) != null; i++) {
            name = "imported-" + i + '.' + LangUi.FILE_EXTENSION;
        }
        return name;
    }

    /** Creates the file so that Edit › Undo takes it away again. */
    static void create(IFile file, String text, IAdaptable ui, IProgressMonitor monitor) throws ExecutionException {
        InputStream contents = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        CreateFileOperation create = new CreateFileOperation(file, null, contents, "Import VMCS Dump");
        PlatformUI.getWorkbench().getOperationSupport().getOperationHistory().execute(create, monitor, ui);
    }

    /** What undo needs to ask the user. */
    static IAdaptable ui(org.eclipse.swt.widgets.Shell shell) {
        return WorkspaceUndoUtil.getUIInfoAdapter(shell);
    }

    static void open(IFile file, IWorkbenchPage page) throws PartInitException {
        BasicNewResourceWizard.selectAndReveal(file, page.getWorkbenchWindow());
        IDE.openEditor(page, file, LangUi.EDITOR);
    }

    /** The container's path as users write it: {@code project/folder}. */
    static String shown(IPath path) {
        return path.makeRelative().toString();
    }
}
