// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ui.Services;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.DefaultInformationControl;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IInformationControlCreator;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITextHover;
import org.eclipse.jface.text.ITextHoverExtension;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Region;

/** Says what the word under the pointer is. The region is found from the text alone; the rest is asked outside of the UI thread. */
public class HvTextHover implements ITextHover, ITextHoverExtension {
    @Override
    public IRegion getHoverRegion(ITextViewer viewer, int offset) {
        try {
            IDocument document = viewer.getDocument();
            int start = offset;
            int end = offset;
            while (start > 0 && isWord(document.getChar(start - 1))) {
                start--;
            }
            while (end < document.getLength() && isWord(document.getChar(end))) {
                end++;
            }
            return end > start ? new Region(start, end - start) : null;
        } catch (BadLocationException e) {
            return null;
        }
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '#';
    }

    @Override
    public IInformationControlCreator getHoverControlCreator() {
        return parent -> new DefaultInformationControl(parent, false);
    }

    @Override
    public String getHoverInfo(ITextViewer viewer, IRegion region) {
        IDocument document = viewer.getDocument();
        return Services.get().hover(Documents.uri(document), document.get(), region.getOffset()).map(hover -> hover.facts().html())
                .orElse(null);
    }
}
