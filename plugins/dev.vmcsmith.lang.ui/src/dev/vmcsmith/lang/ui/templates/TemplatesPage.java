// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.templates;

import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import org.eclipse.ui.texteditor.templates.TemplatePreferencePage;

/** The templates of the editor: change, add, remove, import and export them. */
public class TemplatesPage extends TemplatePreferencePage {
    public TemplatesPage() {
        setPreferenceStore(SetupPreferences.store());
        setTemplateStore(SetupTemplates.get().store());
        setContextTypeRegistry(SetupTemplates.get().contexts());
    }

    @Override
    protected boolean isShowFormatterSetting() {
        return false;
    }
}
