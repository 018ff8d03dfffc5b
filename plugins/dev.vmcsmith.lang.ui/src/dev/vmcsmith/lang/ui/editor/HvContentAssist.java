// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.templates.SetupTemplateProposal;
import java.util.stream.Stream;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.contentassist.ICompletionProposal;
import org.eclipse.jface.text.contentassist.IContentAssistProcessor;
import org.eclipse.jface.text.contentassist.IContextInformation;
import org.eclipse.jface.text.contentassist.IContextInformationValidator;

/**
 * Offers what the language services propose, and templates where an element can begin. The generic editor asks outside of the UI thread; what is typed meanwhile narrows the
 * proposals already.
 */
public class HvContentAssist implements IContentAssistProcessor {
    private static final char[] ACTIVATION = {'.', '#'};

    @Override
    public ICompletionProposal[] computeCompletionProposals(ITextViewer viewer, int offset) {
        IDocument document = viewer.getDocument();
        String text = document.get();
        Stream<HvProposal> proposals = Services.get().complete(Documents.uri(document), text, offset).stream()
                .map(entry -> new HvProposal(entry, offset));
        int typed = document.getLength() - text.length();
        return Stream.concat(proposals.filter(proposal -> typed <= 0 || proposal.validate(document, offset + typed, null)),
                SetupTemplateProposal.at(document, text, offset).filter(template -> typed <= 0 || template.validate(document, offset + typed, null)))
                .toArray(ICompletionProposal[]::new);
    }

    @Override
    public IContextInformation[] computeContextInformation(ITextViewer viewer, int offset) {
        return new IContextInformation[0];
    }

    @Override
    public char[] getCompletionProposalAutoActivationCharacters() {
        return ACTIVATION.clone();
    }

    @Override
    public char[] getContextInformationAutoActivationCharacters() {
        return null;
    }

    @Override
    public String getErrorMessage() {
        return null;
    }

    @Override
    public IContextInformationValidator getContextInformationValidator() {
        return null;
    }
}
