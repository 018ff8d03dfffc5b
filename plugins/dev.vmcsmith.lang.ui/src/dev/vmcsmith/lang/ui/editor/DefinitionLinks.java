// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.regex.Pattern;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.hyperlink.AbstractHyperlinkDetector;
import org.eclipse.jface.text.hyperlink.IHyperlink;
import org.eclipse.ui.texteditor.ITextEditor;

/**
 * Makes links of the names that the setup defines. Whether a word is one is asked of the text alone, because this is the UI thread; where
 * it leads is found out when the link is followed.
 */
public class DefinitionLinks extends AbstractHyperlinkDetector {
    @Override
    public IHyperlink[] detectHyperlinks(ITextViewer viewer, IRegion region, boolean canShowMultipleHyperlinks) {
        ITextEditor editor = getAdapter(ITextEditor.class);
        IRegion word = word(viewer.getDocument(), region.getOffset());
        if (editor == null || word == null || !LangUi.isSetup(editor.getEditorInput().getName())) {
            return null;
        }
        return isDefined(viewer.getDocument(), word) ? new IHyperlink[] {new DefinitionLink(editor, word)} : null;
    }

    private static IRegion word(IDocument document, int offset) {
        try {
            int start = offset;
            int end = offset;
            while (start > 0 && isWord(document.getChar(start - 1))) {
                start--;
            }
            while (end < document.getLength() && isWord(document.getChar(end))) {
                end++;
            }
            return end > start && !Character.isDigit(document.getChar(start)) ? new Region(start, end - start) : null;
        } catch (BadLocationException e) {
            return null;
        }
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isDefined(IDocument document, IRegion word) {
        try {
            String name = Pattern.quote(document.get(word.getOffset(), word.getLength()));
            return Pattern.compile("\\b(?:const|var|let|code|file|tables|ept|vmcs)\\s+" + name + "\\b|^\\s*\\.?" + name + ":", Pattern.MULTILINE)
                    .matcher(document.get()).find();
        } catch (BadLocationException e) {
            return false;
        }
    }
}
