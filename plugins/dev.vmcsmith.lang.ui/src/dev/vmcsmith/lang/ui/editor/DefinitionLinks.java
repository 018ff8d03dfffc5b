// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.highlighting.TextKind;
import dev.vmcsmith.lang.ide.highlighting.TextToken;
import dev.vmcsmith.lang.ide.highlighting.Words;
import dev.vmcsmith.lang.ui.LangUi;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.hyperlink.AbstractHyperlinkDetector;
import org.eclipse.jface.text.hyperlink.IHyperlink;
import org.eclipse.ui.texteditor.ITextEditor;

/**
 * Makes links of the paths of imported files, of the names that the setup defines and of those that a file which it imports may define. What
 * a word is, is asked of the text alone, because this is the UI thread; where it leads is found out when the link is followed.
 */
public class DefinitionLinks extends AbstractHyperlinkDetector {
    private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import\\s+\"");

    @Override
    public IHyperlink[] detectHyperlinks(ITextViewer viewer, IRegion region, boolean canShowMultipleHyperlinks) {
        ITextEditor editor = getAdapter(ITextEditor.class);
        if (editor == null || !LangUi.isSetup(editor.getEditorInput().getName())) {
            return null;
        }
        String text = viewer.getDocument().get();
        return linked(text, region.getOffset()).map(link -> new IHyperlink[] {new DefinitionLink(editor, link)}).orElse(null);
    }

    private static Optional<IRegion> linked(String text, int offset) {
        Words words = Words.of(text);
        return words.at(offset).flatMap(token -> token.kind() == TextKind.STRING ? path(text, token)
                : words.nameAt(offset).filter(name -> IMPORT.matcher(text).find() || words.defines(text.substring(name.offset(), name.end())))
                        .map(name -> new Region(name.offset(), name.length())));
    }

    private static Optional<IRegion> path(String text, TextToken string) {
        int line = text.lastIndexOf('\n', string.offset() - 1) + 1;
        boolean imported = string.end() - string.offset() > 2 && IMPORT.matcher(text).region(line, string.offset() + 1).matches();
        return imported ? Optional.of(new Region(string.offset() + 1, string.end() - string.offset() - 2)) : Optional.empty();
    }
}
