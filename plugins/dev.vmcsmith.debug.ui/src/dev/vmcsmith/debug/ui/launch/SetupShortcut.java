// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import java.util.List;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.ILaunchShortcut2;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.window.Window;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.dialogs.ElementListSelectionDialog;
import org.eclipse.ui.statushandlers.StatusManager;

/** <em>Run As</em> and <em>Debug As › Hypervisor Setup</em>. */
public final class SetupShortcut implements ILaunchShortcut2 {

    @Override
    public void launch(ISelection selection, String mode) {
        launch(LaunchableFiles.of(selection), mode);
    }

    @Override
    public void launch(IEditorPart editor, String mode) {
        launch(LaunchableFiles.of(editor), mode);
    }

    private static void launch(IFile file, String mode) {
        if (file == null) {
            return;
        }
        try {
            List<ILaunchConfiguration> existing = SetupConfigurations.of(file);
            ILaunchConfiguration configuration = switch (existing.size()) {
                case 0 -> SetupConfigurations.create(file);
                case 1 -> existing.get(0);
                default -> choose(existing);
            };
            if (configuration != null) {
                DebugUITools.launch(configuration, mode);
            }
        } catch (CoreException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }

    private static ILaunchConfiguration choose(List<ILaunchConfiguration> configurations) {
        ElementListSelectionDialog dialog = new ElementListSelectionDialog(
                PlatformUI.getWorkbench().getActiveWorkbenchWindow().getShell(), DebugUITools.newDebugModelPresentation());
        dialog.setTitle("Hypervisor Setup");
        dialog.setMessage("Which configuration?");
        dialog.setElements(configurations.toArray());
        return dialog.open() == Window.OK ? (ILaunchConfiguration) dialog.getFirstResult() : null;
    }

    @Override
    public ILaunchConfiguration[] getLaunchConfigurations(ISelection selection) {
        return configurations(LaunchableFiles.of(selection));
    }

    @Override
    public ILaunchConfiguration[] getLaunchConfigurations(IEditorPart editor) {
        return configurations(LaunchableFiles.of(editor));
    }

    private static ILaunchConfiguration[] configurations(IFile file) {
        try {
            return file == null ? null : SetupConfigurations.of(file).toArray(ILaunchConfiguration[]::new);
        } catch (CoreException e) {
            return null;
        }
    }

    @Override
    public IResource getLaunchableResource(ISelection selection) {
        return LaunchableFiles.of(selection);
    }

    @Override
    public IResource getLaunchableResource(IEditorPart editor) {
        return LaunchableFiles.of(editor);
    }
}
