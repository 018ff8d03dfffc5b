// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.templates;

import dev.vmcsmith.lang.ide.templates.Templates;
import dev.vmcsmith.lang.ui.LangUi;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.eclipse.jface.text.DefaultInformationControl;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IInformationControlCreator;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.templates.DocumentTemplateContext;
import org.eclipse.jface.text.templates.Template;
import org.eclipse.jface.text.templates.TemplateContextType;
import org.eclipse.jface.text.templates.TemplateProposal;
import org.eclipse.swt.graphics.Image;

/** A row of the content assist popup that inserts a template, whose places are then filled in one after the other. */
public final class SetupTemplateProposal extends TemplateProposal {
    private SetupTemplateProposal(Template template, DocumentTemplateContext context, Region region) {
        super(template, context, region, null);
    }

    /**
     * The templates that can be inserted at an offset. From any thread.
     *
     * @param text of the document when it was asked
     */
    public static Stream<SetupTemplateProposal> at(IDocument document, String text, int offset) {
        OptionalInt start = Templates.start(text, offset);
        if (start.isEmpty()) {
            return Stream.empty();
        }
        String typed = text.substring(start.getAsInt(), offset).toLowerCase();
        Region region = new Region(start.getAsInt(), offset - start.getAsInt());
        TemplateContextType type = SetupTemplates.get().contexts().getContextType(SetupTemplates.CONTEXT);
        return Arrays.stream(SetupTemplates.get().store().getTemplates(SetupTemplates.CONTEXT))
                .filter(template -> template.getName().toLowerCase().startsWith(typed))
                .map(template -> new SetupTemplateProposal(template,
                        new DocumentTemplateContext(type, document, region.getOffset(), region.getLength()), region));
    }

    /** Looked for when it is drawn, in the UI thread. */
    @Override
    public Image getImage() {
        return LangUi.icon("template");
    }

    @Override
    public IInformationControlCreator getInformationControlCreator() {
        return parent -> new DefaultInformationControl(parent, false);
    }
}
