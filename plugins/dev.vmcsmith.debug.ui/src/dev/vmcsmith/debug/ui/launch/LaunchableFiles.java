// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.HypervisorDebug;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.IEditorInput;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PlatformUI;

/** Which files can be launched, and which one a user means. */
final class LaunchableFiles {

    private static final byte[] ELF = { 0x7F, 'E', 'L', 'F' };

    private LaunchableFiles() {
    }

    /** Whether it is a setup by its name or an ELF image by its first bytes. */
    static boolean isLaunchable(IFile file) {
        return HypervisorDebug.SETUP_EXTENSION.equals(file.getFileExtension()) || isElf(file);
    }

    private static boolean isElf(IFile file) {
        if (!file.isAccessible()) {
            return false;
        }
        try (InputStream contents = file.getContents(true)) {
            return Arrays.equals(contents.readNBytes(ELF.length), ELF);
        } catch (CoreException | IOException e) {
            return false;
        }
    }

    /** The file of a selection; null when it is not one launchable file. */
    static IFile of(ISelection selection) {
        if (selection instanceof IStructuredSelection structured && structured.size() == 1) {
            IFile file = Adapters.adapt(structured.getFirstElement(), IFile.class);
            return file != null && isLaunchable(file) ? file : null;
        }
        return null;
    }

    /** The file of an editor; null when it is not launchable. */
    static IFile of(IEditorPart editor) {
        IEditorInput input = editor == null ? null : editor.getEditorInput();
        IFile file = input == null ? null : Adapters.adapt(input, IFile.class);
        return file != null && isLaunchable(file) ? file : null;
    }

    /** The file that is selected or edited in the active window; null when there is none. */
    static IFile inActiveWindow() {
        IWorkbenchWindow window = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        IWorkbenchPage page = window == null ? null : window.getActivePage();
        if (page == null) {
            return null;
        }
        IFile selected = of(page.getSelection());
        return selected != null ? selected : of(page.getActiveEditor());
    }
}
