// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.contentassist.HvPrefixMatcher;
import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.DefaultInformationControl;
import org.eclipse.jface.text.DocumentEvent;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IInformationControlCreator;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.contentassist.ICompletionProposal;
import org.eclipse.jface.text.contentassist.ICompletionProposalExtension2;
import org.eclipse.jface.text.contentassist.ICompletionProposalExtension3;
import org.eclipse.jface.text.contentassist.ICompletionProposalExtension6;
import org.eclipse.jface.text.contentassist.IContextInformation;
import org.eclipse.jface.viewers.StyledString;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.Point;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;

/** One row of the content assist popup. */
public final class HvProposal
        implements ICompletionProposal, ICompletionProposalExtension2, ICompletionProposalExtension3, ICompletionProposalExtension6 {
    private static final HvPrefixMatcher MATCHER = new HvPrefixMatcher();

    private final ContentAssistEntry entry;
    private final int start;
    private final int end;

    HvProposal(ContentAssistEntry entry, int offset) {
        this.entry = entry;
        start = offset - entry.getPrefix().length();
        end = offset;
    }

    @Override
    public void apply(IDocument document) {
        replace(document, end);
    }

    @Override
    public void apply(ITextViewer viewer, char trigger, int stateMask, int offset) {
        replace(viewer.getDocument(), offset);
    }

    private void replace(IDocument document, int offset) {
        try {
            document.replace(start, Math.max(0, offset - start), entry.getProposal());
        } catch (BadLocationException e) {
            ILog.get().warn("A proposal no longer fits the text", e);
        }
    }

    @Override
    public boolean validate(IDocument document, int offset, DocumentEvent event) {
        try {
            return offset >= start && MATCHER.isCandidateMatchingPrefix(entry.getProposal(), document.get(start, offset - start));
        } catch (BadLocationException e) {
            return false;
        }
    }

    @Override
    public void selected(ITextViewer viewer, boolean smartToggle) {
        // nothing is shown in the text
    }

    @Override
    public void unselected(ITextViewer viewer) {
        // nothing is shown in the text
    }

    @Override
    public Point getSelection(IDocument document) {
        return new Point(start + entry.getProposal().length(), 0);
    }

    @Override
    public String getAdditionalProposalInfo() {
        return entry.getDocumentation();
    }

    @Override
    public IInformationControlCreator getInformationControlCreator() {
        return parent -> new DefaultInformationControl(parent, true);
    }

    @Override
    public CharSequence getPrefixCompletionText(IDocument document, int completionOffset) {
        return entry.getProposal();
    }

    @Override
    public int getPrefixCompletionStart(IDocument document, int completionOffset) {
        return start;
    }

    @Override
    public String getDisplayString() {
        return getStyledDisplayString().getString();
    }

    @Override
    public StyledString getStyledDisplayString() {
        StyledString text = new StyledString(entry.getProposal());
        if (entry.getDescription() != null && !entry.getDescription().equals(entry.getProposal())) {
            text.append("  " + entry.getDescription(), StyledString.QUALIFIER_STYLER);
        }
        return text;
    }

    @Override
    public Image getImage() {
        return LangUi.icon(switch (String.valueOf(entry.getKind())) {
            case ContentAssistEntry.KIND_FIELD -> "field";
            case ContentAssistEntry.KIND_PROPERTY -> "control";
            case ContentAssistEntry.KIND_ENUM -> "exit";
            case ContentAssistEntry.KIND_VARIABLE -> "register";
            case ContentAssistEntry.KIND_FUNCTION -> "instruction";
            case ContentAssistEntry.KIND_KEYWORD -> "keyword";
            case ContentAssistEntry.KIND_REFERENCE, ContentAssistEntry.KIND_FILE -> "reference";
            default -> "value";
        });
    }

    @Override
    public IContextInformation getContextInformation() {
        return null;
    }
}
