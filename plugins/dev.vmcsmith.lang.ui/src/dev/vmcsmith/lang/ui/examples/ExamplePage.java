// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.examples;

import java.util.List;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspace;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

/** Asks for the example and the project's name. */
final class ExamplePage extends WizardPage {
    private final List<Example> examples = Example.all();
    private org.eclipse.swt.widgets.List choice;
    private Label description;
    private Text name;
    private boolean nameIsOurs = true;

    ExamplePage() {
        super("example", "VMCSmith Example", null);
        setDescription("Creates a project with a hypervisor setup that runs and can be debugged at once.");
    }

    @Override
    public void createControl(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        GridLayoutFactory.swtDefaults().numColumns(2).applyTo(area);
        new Label(area, SWT.NONE).setText("&Example:");
        choice = new org.eclipse.swt.widgets.List(area, SWT.BORDER | SWT.SINGLE | SWT.V_SCROLL);
        GridDataFactory.fillDefaults().grab(true, true).hint(400, 120).applyTo(choice);
        examples.forEach(example -> choice.add(example.name()));
        new Label(area, SWT.NONE);
        description = new Label(area, SWT.WRAP);
        GridDataFactory.fillDefaults().grab(true, false).hint(400, 80).applyTo(description);
        new Label(area, SWT.NONE).setText("&Project name:");
        name = new Text(area, SWT.BORDER);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(name);
        choice.addListener(SWT.Selection, event -> showExample());
        name.addListener(SWT.Modify, event -> {
            nameIsOurs = nameIsOurs && example() != null && name.getText().startsWith(example().name());
            validate();
        });
        if (!examples.isEmpty()) {
            choice.select(0);
            showExample();
        }
        validate();
        setControl(area);
    }

    private void showExample() {
        description.setText(example().description());
        if (nameIsOurs) {
            name.setText(ExampleProject.freeName(example().name()));
            nameIsOurs = true;
        }
    }

    private void validate() {
        IWorkspace workspace = ResourcesPlugin.getWorkspace();
        IStatus valid = workspace.validateName(name.getText(), IResource.PROJECT);
        String problem = examples.isEmpty() ? "No examples are installed." : !valid.isOK() ? valid.getMessage()
                : workspace.getRoot().getProject(name.getText()).exists() ? "A project with this name exists already." : null;
        setErrorMessage(problem);
        setPageComplete(problem == null);
    }

    Example example() {
        int index = choice.getSelectionIndex();
        return index < 0 ? null : examples.get(index);
    }

    String projectName() {
        return name.getText();
    }
}
