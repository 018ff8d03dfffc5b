// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.runtime.preferences.AbstractPreferenceInitializer;
import org.eclipse.core.runtime.preferences.DefaultScope;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;

/** What counts until the user chooses. */
public class SetupDefaults extends AbstractPreferenceInitializer {
    @Override
    public void initializeDefaultPreferences() {
        IEclipsePreferences node = DefaultScope.INSTANCE.getNode(LangUi.BUNDLE);
        node.putInt(SetupPreferences.INDENT, FormatOptions.DEFAULT.indent());
        node.putBoolean(SetupPreferences.TABS, FormatOptions.DEFAULT.tabs());
        node.putBoolean(SetupPreferences.ALIGN, FormatOptions.DEFAULT.align());
        node.putInt(SetupPreferences.COMMENT_COLUMN, FormatOptions.DEFAULT.commentColumn());
        node.putInt(SetupPreferences.WIDTH, FormatOptions.DEFAULT.width());
        node.putBoolean(SetupPreferences.MININGS, true);
        node.put(SetupPreferences.CPU, EditorServices.defaultCpu());
    }
}
