// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.launch.Program;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.vmx.CpuProfiles;
import java.util.List;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Group;
import org.eclipse.ui.dialogs.ResourceListSelectionDialog;

/** What to run, on which machine, and where to suspend. */
final class MainTab extends FieldsTab {

    private LaunchField.TextField program;

    @Override
    void createGroups(Composite body) {
        createProgram(group(body, "Setup (.hv), ELF image or Linux kernel", 3));
        createMachine(group(body, "Machine", 4));
        createDebugging(group(body, "Run and debug", 2));
    }

    private void createProgram(Group group) {
        program = add(new LaunchField.TextField(group, null, LaunchAttributes.PROGRAM, "/project/setup.hv", this::changed));
        createPushButton(group, "Workspace\u2026", null).addListener(SWT.Selection, event -> browseWorkspace());
        createPushButton(group, "File System\u2026", null).addListener(SWT.Selection, event -> browseFileSystem());
    }

    private void createMachine(Group group) {
        add(new LaunchField.ChoiceField(group, "&CPU profile:", LaunchAttributes.CPU, List.copyOf(CpuProfiles.names()), this::changed));
        add(new LaunchField.TextField(group, "M&emory:", LaunchAttributes.MEMORY, "for example 64 MiB", this::changed));
        add(new LaunchField.TextField(group, "&Virtual processors:", LaunchAttributes.CPUS, "what the setup says, else 1", this::changed));
        add(new LaunchField.TextField(group, "Ma&ximum instructions:", LaunchAttributes.MAX_INSTRUCTIONS, "for example 100_000_000",
                this::changed));
    }

    private void createDebugging(Group group) {
        add(new LaunchField.StopAtField(group, "When debugging, &stop at:", this::changed));
        add(new LaunchField.CheckField(group, "Compare the run with what the setup ex&pects", LaunchAttributes.NO_EXPECTATIONS, true,
                this::changed));
        add(new LaunchField.CheckField(group, "Run in spite of errors that the setup's &checks find", LaunchAttributes.NO_CHECK, false,
                this::changed));
    }

    private void browseWorkspace() {
        ResourceListSelectionDialog dialog = new ResourceListSelectionDialog(getShell(), ResourcesPlugin.getWorkspace().getRoot(),
                IResource.FILE);
        dialog.setTitle("Setup or Image");
        if (dialog.open() == Window.OK && dialog.getResult().length == 1
                && dialog.getResult()[0] instanceof IFile file) {
            program.set(file.getFullPath().toString());
        }
    }

    private void browseFileSystem() {
        FileDialog dialog = new FileDialog(getShell(), SWT.OPEN);
        dialog.setText("Setup or Image");
        dialog.setFilterExtensions(new String[] { "*.hv", "*" });
        dialog.setFilterNames(new String[] { "Setups (*.hv)", "All files" });
        String path = dialog.open();
        if (path != null) {
            program.set(path);
        }
    }

    @Override
    public void setDefaults(ILaunchConfigurationWorkingCopy configuration) {
        IFile file = LaunchableFiles.inActiveWindow();
        if (file != null) {
            SetupConfigurations.describe(configuration, file);
            configuration.rename(getLaunchConfigurationDialog().generateName(SetupConfigurations.nameFor(file)));
        }
    }

    @Override
    public void performApply(ILaunchConfigurationWorkingCopy configuration) {
        super.performApply(configuration);
        try {
            IFile file = Program.of(configuration).workspaceFile();
            configuration.setMappedResources(file == null ? null : new IResource[] { file });
        } catch (CoreException e) {
            configuration.setMappedResources(null);
        }
    }

    @Override
    public String getMessage() {
        return "Choose what to run and on which machine. Empty fields leave the choice to the setup.";
    }

    @Override
    public String getName() {
        return "Main";
    }

    @Override
    public Image getImage() {
        return Icons.MACHINE.image();
    }
}
