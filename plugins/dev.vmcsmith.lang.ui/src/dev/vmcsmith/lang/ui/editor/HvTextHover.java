// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.highlighting.Words;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.Services;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.eclipse.core.resources.IMarker;
import org.eclipse.jface.text.DefaultInformationControl;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IInformationControlCreator;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITextHover;
import org.eclipse.jface.text.ITextHoverExtension;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.IAnnotationModelExtension2;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.ui.texteditor.SimpleMarkerAnnotation;

/** Says what the word under the pointer is, and what is wrong with it. The region is found from the text alone; the rest is asked outside of the UI thread. */
public class HvTextHover implements ITextHover, ITextHoverExtension {
    @Override
    public IRegion getHoverRegion(ITextViewer viewer, int offset) {
        return Words.of(viewer.getDocument().get()).wholeAt(offset).map(word -> new Region(word.offset(), word.length())).orElse(null);
    }

    @Override
    public IInformationControlCreator getHoverControlCreator() {
        return parent -> new DefaultInformationControl(parent, true);
    }

    @Override
    public String getHoverInfo(ITextViewer viewer, IRegion region) {
        IDocument document = viewer.getDocument();
        List<String> parts = new ArrayList<>();
        Services.get().hover(Documents.uri(document), document.get(), region.getOffset()).ifPresent(hover -> parts.add(hover.facts().html()));
        if (viewer instanceof ISourceViewer source && source.getAnnotationModel() instanceof IAnnotationModelExtension2 model) {
            Iterator<Annotation> here = model.getAnnotationIterator(region.getOffset(), region.getLength(), true, true);
            here.forEachRemaining(annotation -> {
                if (annotation instanceof SimpleMarkerAnnotation problem && !problem.isMarkedDeleted()) {
                    parts.add(problem(problem.getMarker()));
                }
            });
        }
        parts.removeIf(String::isEmpty);
        return parts.isEmpty() ? null : String.join("<br><br>", parts);
    }

    /** The whole message, which the line that the editor shows of it has no room for. */
    private static String problem(IMarker marker) {
        String rule = marker.getAttribute(LangUi.RULE_ID, "");
        String message = marker.getAttribute(IMarker.MESSAGE, "");
        return rule.isEmpty() || !message.startsWith(rule + ": ") ? ""
                : Facts.of(rule, message.substring(rule.length() + 2)).html();
    }
}
