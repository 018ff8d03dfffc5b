// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.highlighting.Highlighter;
import dev.vmcsmith.lang.ide.highlighting.TextKind;
import dev.vmcsmith.lang.ide.highlighting.TextToken;
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
        return Highlighter.highlight(text).tokens().stream().filter(token -> token.offset() <= offset && offset <= token.end())
                .filter(token -> token.kind() == TextKind.STRING || token.kind() == TextKind.NAME).findFirst()
                .flatMap(token -> token.kind() == TextKind.STRING ? path(text, token) : name(text, offset));
    }

    private static Optional<IRegion> path(String text, TextToken string) {
        int line = text.lastIndexOf('\n', string.offset() - 1) + 1;
        boolean imported = string.end() - string.offset() > 2 && IMPORT.matcher(text).region(line, string.offset() + 1).matches();
        return imported ? Optional.of(new Region(string.offset() + 1, string.end() - string.offset() - 2)) : Optional.empty();
    }

    private static Optional<IRegion> name(String text, int offset) {
        int start = offset;
        int end = offset;
        while (start > 0 && isWord(text.charAt(start - 1))) {
            start--;
        }
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        boolean known = end > start && (IMPORT.matcher(text).find() || isDefined(text, text.substring(start, end)));
        return known ? Optional.of(new Region(start, end - start)) : Optional.empty();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isDefined(String text, String word) {
        String name = Pattern.quote(word);
        return Pattern.compile("\\b(?:const|var|let|code|file|data|function|tables|ept|vmcs)\\s+" + name + "\\b|^\\s*\\.?" + name + ":",
                Pattern.MULTILINE).matcher(text).find();
    }
}
