// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.imports;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.core.resources.IContainer;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspaceRoot;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.IPath;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.dialogs.ContainerSelectionDialog;

/** Asks for the text, the dump in it, the processor, and the setup to write; shows what is wrong with the dump. */
final class ImportDumpPage extends WizardPage {
    private static final String AUTOMATIC = "One that has the dump's controls";

    private final IContainer start;
    private DumpChoice choice;
    private Text file;
    private org.eclipse.swt.widgets.List dumps;
    private Text report;
    private Combo cpu;
    private Text folder;
    private Text name;

    /** @param start the folder to propose; null for none */
    ImportDumpPage(IContainer start) {
        super("dump", "VMCS Dump", null);
        this.start = start;
        setDescription("Makes a setup from a log with a VMCS dump or from a C source, whose VM entry fails in the emulator as it did.");
    }

    @Override
    public void createControl(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        GridLayoutFactory.swtDefaults().numColumns(3).applyTo(area);
        file = text(area, "&Log or C source:", true);
        button(area, "&Browse...", this::browseFile);
        file.addListener(SWT.Modify, event -> forget());
        file.addListener(SWT.DefaultSelection, event -> read());
        file.addListener(SWT.FocusOut, event -> read());
        new Label(area, SWT.NONE).setText("&Dump:");
        dumps = new org.eclipse.swt.widgets.List(area, SWT.BORDER | SWT.SINGLE | SWT.V_SCROLL | SWT.H_SCROLL);
        GridDataFactory.fillDefaults().grab(true, false).span(2, 1).hint(600, 60).applyTo(dumps);
        dumps.addListener(SWT.Selection, event -> validate());
        Label reportLabel = new Label(area, SWT.NONE);
        reportLabel.setText("Diagnosis:");
        GridDataFactory.swtDefaults().align(SWT.BEGINNING, SWT.BEGINNING).applyTo(reportLabel);
        report = new Text(area, SWT.BORDER | SWT.MULTI | SWT.READ_ONLY | SWT.V_SCROLL | SWT.H_SCROLL);
        report.setFont(JFaceResources.getTextFont());
        GridDataFactory.fillDefaults().grab(true, true).span(2, 1).hint(600, 220).applyTo(report);
        new Label(area, SWT.NONE).setText("&CPU profile:");
        cpu = new Combo(area, SWT.READ_ONLY | SWT.DROP_DOWN);
        cpu.add(AUTOMATIC);
        CpuProfiles.names().forEach(cpu::add);
        cpu.select(0);
        GridDataFactory.fillDefaults().grab(true, false).span(2, 1).applyTo(cpu);
        folder = text(area, "&Into folder:", true);
        button(area, "B&rowse...", this::browseFolder);
        name = text(area, "&Setup:", false);
        folder.setText(start == null ? "" : SetupFiles.shown(start.getFullPath()));
        name.setText(start == null ? "imported." + LangUi.FILE_EXTENSION : SetupFiles.freeName(start));
        folder.addListener(SWT.Modify, event -> validate());
        name.addListener(SWT.Modify, event -> validate());
        validate();
        setErrorMessage(null);
        setControl(area);
    }

    private static Text text(Composite area, String label, boolean beforeButton) {
        new Label(area, SWT.NONE).setText(label);
        Text text = new Text(area, SWT.BORDER);
        GridDataFactory.fillDefaults().grab(true, false).span(beforeButton ? 1 : 2, 1).align(SWT.FILL, SWT.CENTER).applyTo(text);
        return text;
    }

    private void button(Composite area, String label, Runnable action) {
        Button button = new Button(area, SWT.PUSH);
        button.setText(label);
        setButtonLayoutData(button);
        button.addListener(SWT.Selection, event -> action.run());
    }

    private void browseFile() {
        FileDialog dialog = new FileDialog(getShell(), SWT.OPEN | SWT.SHEET);
        dialog.setText("Log or C Source");
        String chosen = dialog.open();
        if (chosen != null) {
            file.setText(chosen);
            read();
        }
    }

    private void browseFolder() {
        ContainerSelectionDialog dialog = new ContainerSelectionDialog(getShell(), container(), false, "Folder for the setup:");
        if (dialog.open() == ContainerSelectionDialog.OK && dialog.getResult().length == 1) {
            folder.setText(SetupFiles.shown((IPath) dialog.getResult()[0]));
        }
    }

    private void forget() {
        choice = null;
        dumps.removeAll();
        report.setText("");
        setPageComplete(false);
    }

    /** Reads the file in the background, with progress in the wizard. */
    private void read() {
        if (choice != null || file.getText().isBlank()) {
            return;
        }
        String path = file.getText().strip();
        try {
            getContainer().run(true, false, monitor -> {
                monitor.beginTask("Reading " + path, org.eclipse.core.runtime.IProgressMonitor.UNKNOWN);
                try {
                    choice = DumpChoice.of(Path.of(path));
                } catch (IOException | InvalidPathException e) {
                    throw new InvocationTargetException(e);
                }
            });
            show();
        } catch (InvocationTargetException e) {
            setErrorMessage(e.getCause().getMessage());
            setPageComplete(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        choice.dumps().forEach(dump -> dumps.add(DumpChoice.title(dump)));
        report.setText(choice.report());
        dumps.select(0);
        validate();
    }

    private void validate() {
        String problem = problem();
        setErrorMessage(problem);
        setPageComplete(problem == null && dump() != null);
    }

    private String problem() {
        if (choice != null && choice.dumps().isEmpty()) {
            return "No VMCS dump and no C source that writes a VMCS is recognised in this file.";
        }
        IContainer container = container();
        if (container == null) {
            return folder.getText().isBlank() ? "Give the folder for the setup." : "There is no folder " + folder.getText() + ".";
        }
        IStatus valid = ResourcesPlugin.getWorkspace().validateName(name.getText(), IResource.FILE);
        if (!valid.isOK()) {
            return valid.getMessage();
        }
        if (!LangUi.isSetup(name.getText())) {
            return "The name of a setup ends in ." + LangUi.FILE_EXTENSION + ".";
        }
        return container.findMember(name.getText()) == null ? null : "There is a file " + name.getText() + " already.";
    }

    private IContainer container() {
        IWorkspaceRoot root = ResourcesPlugin.getWorkspace().getRoot();
        IResource found = folder.getText().isBlank() ? null : root.findMember(IPath.fromOSString(folder.getText()));
        return found instanceof IContainer container && container != root && container.isAccessible() ? container : null;
    }

    /** The chosen dump; null while there is none. */
    Dump dump() {
        int index = dumps.getSelectionIndex();
        return choice == null || index < 0 ? null : choice.dumps().get(index);
    }

    /** The text of the setup. */
    String setup() {
        return SetupFiles.text(dump(), choice.source(), cpu.getSelectionIndex() == 0 ? null : cpu.getText());
    }

    /** The file to write. */
    IFile target() {
        return container().getFile(IPath.fromOSString(name.getText()));
    }

    List<String> titles() {
        return List.of(dumps.getItems());
    }
}
