// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.templates;

import dev.vmcsmith.lang.ide.templates.Template;
import dev.vmcsmith.lang.ide.templates.Templates;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.io.IOException;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.text.templates.ContextTypeRegistry;
import org.eclipse.jface.text.templates.GlobalTemplateVariables;
import org.eclipse.jface.text.templates.TemplateContextType;
import org.eclipse.jface.text.templates.persistence.TemplatePersistenceData;
import org.eclipse.jface.text.templates.persistence.TemplateStore;

/** The templates that the user has: those of the language, changed, removed or added to on the preference page. */
public final class SetupTemplates {
    /** The one context of templates: anywhere in a setup. */
    public static final String CONTEXT = "dev.vmcsmith.lang.ui.templates.setup";

    private static final String KEY = "templates";

    private final ContextTypeRegistry contexts = new ContextTypeRegistry();
    private final TemplateStore store;

    private SetupTemplates() {
        TemplateContextType context = new TemplateContextType(CONTEXT, "Setup");
        context.addResolver(new GlobalTemplateVariables.Cursor());
        context.addResolver(new GlobalTemplateVariables.LineSelection());
        contexts.addContextType(context);
        store = new TemplateStore(contexts, SetupPreferences.store(), KEY) {
            @Override
            protected void loadContributedTemplates() {
                for (Template template : Templates.elements()) {
                    internalAdd(new TemplatePersistenceData(new org.eclipse.jface.text.templates.Template(template.name(),
                            template.description(), CONTEXT, template.text(), true), true, LangUi.BUNDLE + ".template." + template.name()));
                }
            }
        };
        try {
            store.load();
        } catch (IOException e) {
            ILog.get().error("The templates cannot be read", e);
        }
    }

    /** Made when first asked for. */
    private static final class Holder {
        static final SetupTemplates INSTANCE = new SetupTemplates();
    }

    public static SetupTemplates get() {
        return Holder.INSTANCE;
    }

    public ContextTypeRegistry contexts() {
        return contexts;
    }

    public TemplateStore store() {
        return store;
    }
}
