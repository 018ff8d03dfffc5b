// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.highlighting.Highlighter;
import dev.vmcsmith.lang.ide.highlighting.Highlighting;
import dev.vmcsmith.lang.ide.highlighting.TextKind;
import dev.vmcsmith.lang.ide.highlighting.TextToken;
import java.util.List;
import java.util.Locale;
import org.eclipse.jface.resource.ColorRegistry;
import org.eclipse.jface.text.DocumentEvent;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITypedRegion;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.TextPresentation;
import org.eclipse.jface.text.presentation.IPresentationDamager;
import org.eclipse.jface.text.presentation.IPresentationRepairer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyleRange;

/**
 * Turns tokens into colours. After an edit the tokens of the edited element are found anew, and only the text of the event and that
 * whose tokens differ from those before is coloured again.
 */
final class TextColouring implements IPresentationDamager, IPresentationRepairer {
    /** Start of the ids of the colours. */
    static final String COLOUR = "dev.vmcsmith.lang.ui.colour.";

    private final ColorRegistry colours;
    private IDocument document;
    private Highlighting highlighting = Highlighting.EMPTY;

    TextColouring(ColorRegistry colours) {
        this.colours = colours;
    }

    @Override
    public void setDocument(IDocument newDocument) {
        document = newDocument;
        highlighting = newDocument == null ? Highlighting.EMPTY : Highlighter.highlight(newDocument.get());
    }

    @Override
    public IRegion getDamageRegion(ITypedRegion partition, DocumentEvent event, boolean partitioningChanged) {
        int inserted = event.getText() == null ? 0 : event.getText().length();
        List<TextToken> before = highlighting.tokens();
        highlighting = Highlighter.update(highlighting, document.get(), event.getOffset(), event.getLength(), inserted);
        List<TextToken> tokens = highlighting.tokens();
        int moved = inserted - event.getLength();
        int first = 0;
        int limit = Math.min(before.size(), tokens.size());
        while (first < limit && before.get(first).equals(tokens.get(first)) && tokens.get(first).end() < event.getOffset()) {
            first++;
        }
        int same = 0;
        while (same < limit - first && isMoved(before.get(before.size() - 1 - same), tokens.get(tokens.size() - 1 - same), moved)
                && tokens.get(tokens.size() - 1 - same).offset() > event.getOffset()) {
            same++;
        }
        int start = Math.min(event.getOffset(), first == 0 ? 0 : tokens.get(first - 1).end());
        int end = same == 0 ? document.getLength() : tokens.get(tokens.size() - same).offset();
        return new Region(start, Math.max(event.getOffset() + inserted, end) - start);
    }

    private static boolean isMoved(TextToken before, TextToken after, int moved) {
        return before.offset() + moved == after.offset() && before.length() == after.length() && before.kind() == after.kind();
    }

    @Override
    public void createPresentation(TextPresentation presentation, ITypedRegion damage) {
        List<TextToken> tokens = highlighting.tokens();
        int end = damage.getOffset() + damage.getLength();
        for (int i = firstEndingAfter(tokens, damage.getOffset()); i < tokens.size() && tokens.get(i).offset() < end; i++) {
            TextToken token = tokens.get(i);
            int from = Math.max(token.offset(), damage.getOffset());
            int to = Math.min(token.end(), end);
            StyleRange style = style(token.kind());
            if (style != null && to > from) {
                style.start = from;
                style.length = to - from;
                presentation.addStyleRange(style);
            }
        }
    }

    private static int firstEndingAfter(List<TextToken> tokens, int offset) {
        int low = 0;
        int high = tokens.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tokens.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private StyleRange style(TextKind kind) {
        if (kind == TextKind.NAME) {
            return null;
        }
        StyleRange style = new StyleRange();
        style.foreground = colours.get(COLOUR + kind.name().toLowerCase(Locale.ROOT));
        style.fontStyle = kind == TextKind.KEYWORD || kind == TextKind.DEFINITION ? SWT.BOLD : SWT.NORMAL;
        return style;
    }
}
