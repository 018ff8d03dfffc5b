// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.jface.preference.PreferenceConverter;
import org.eclipse.jface.resource.ColorDescriptor;
import org.eclipse.jface.resource.FontDescriptor;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.LocalResourceManager;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.widgets.Control;

/** How a value that changed since the last stop looks: bold, on the debugger's background for changed values, as the user has set it. */
public final class ChangedStyle {

    private final LocalResourceManager resources;
    private final Control control;
    private final Font font;

    /** @param control owns the resources */
    public ChangedStyle(Control control) {
        this.control = control;
        resources = new LocalResourceManager(JFaceResources.getResources(), control);
        font = resources.create(FontDescriptor.createFrom(control.getFont()).setStyle(SWT.BOLD));
    }

    /** The font of a changed value. */
    public Font font() {
        return font;
    }

    /** The background of a changed value. */
    public Color background() {
        return resources.create(ColorDescriptor.createFrom(backgroundRgb()));
    }

    /** A foreground that is legible on {@link #background} in every theme. */
    public Color foreground() {
        RGB ground = backgroundRgb();
        boolean light = ground.red * 3 + ground.green * 6 + ground.blue > 1280;
        return control.getDisplay().getSystemColor(light ? SWT.COLOR_BLACK : SWT.COLOR_WHITE);
    }

    private static RGB backgroundRgb() {
        return PreferenceConverter.getColor(DebugUITools.getPreferenceStore(), IDebugUIConstants.PREF_CHANGED_VALUE_BACKGROUND);
    }
}
