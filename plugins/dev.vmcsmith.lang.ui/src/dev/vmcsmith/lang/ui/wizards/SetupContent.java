// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.wizards;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.templates.Template;
import dev.vmcsmith.lang.ide.templates.Templates;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.util.List;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

/** What a new setup begins with: one of the whole setups among the templates, and a CPU profile. */
final class SetupContent {
    private final List<Template> setups = Templates.setups();
    private final Combo choice;
    private final Combo cpu;
    private final Label description;

    SetupContent(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        GridLayoutFactory.swtDefaults().numColumns(2).applyTo(area);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(area);
        new Label(area, SWT.NONE).setText("&Begin with:");
        choice = new Combo(area, SWT.READ_ONLY);
        setups.forEach(setup -> choice.add(setup.name()));
        choice.select(0);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(choice);
        new Label(area, SWT.NONE).setText("&CPU profile:");
        cpu = new Combo(area, SWT.READ_ONLY);
        EditorServices.cpus().forEach(cpu::add);
        cpu.setText(SetupPreferences.cpu());
        GridDataFactory.fillDefaults().grab(true, false).applyTo(cpu);
        description = new Label(area, SWT.WRAP);
        GridDataFactory.fillDefaults().span(2, 1).grab(true, false).hint(400, 50).applyTo(description);
        choice.addListener(SWT.Selection, event -> describe());
        describe();
    }

    private void describe() {
        description.setText(setups.get(choice.getSelectionIndex()).description());
    }

    /** The text of a setup with this name. */
    String text(String name) {
        return setups.get(choice.getSelectionIndex()).text().replace("${title}", name).replace("${cpu}", cpu.getText());
    }
}
