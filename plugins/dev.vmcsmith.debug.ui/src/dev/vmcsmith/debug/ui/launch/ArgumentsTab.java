// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.Icons;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Group;

/** What the boot loader passes to the image: command line and modules. */
final class ArgumentsTab extends FieldsTab {

    private static final int MODULE_LINES = 6;

    private LaunchField.LinesField modules;

    @Override
    void createGroups(Composite body) {
        Group image = group(body, "Multiboot", 2);
        add(new LaunchField.TextField(image, "&Command line:", LaunchAttributes.COMMAND_LINE, "what the setup says", this::changed));
        modules = add(new LaunchField.LinesField(image, "&Modules:", LaunchAttributes.MODULES,
                "one a line: a workspace or file path, and behind a space the module's command line", MODULE_LINES, this::changed));
        createPushButton(image, "Add &File\u2026", null).addListener(SWT.Selection, event -> browse());
        GridDataFactory.fillDefaults().grab(true, true).applyTo(image);
    }

    private void browse() {
        String path = new FileDialog(getShell(), SWT.OPEN).open();
        if (path != null) {
            modules.append(path);
        }
    }

    @Override
    public String getName() {
        return "Arguments";
    }

    @Override
    public Image getImage() {
        return Icons.MEMORY.image();
    }
}
