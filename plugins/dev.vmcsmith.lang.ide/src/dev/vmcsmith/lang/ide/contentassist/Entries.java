// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.ide.facts.Facts;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IPrefixMatcher;

/** Makes the proposals for one place: those that match what is already typed, with their documentation. */
final class Entries {
    /** Names that mean something here come first, then names of the file, then keywords. */
    static final int FITTING = 600;
    static final int SYMBOL = 500;
    static final int BUILTIN = 400;
    static final int KEYWORD = 300;

    private final String prefix;
    private final IPrefixMatcher matcher;
    private final IIdeContentProposalAcceptor acceptor;

    Entries(String prefix, IPrefixMatcher matcher, IIdeContentProposalAcceptor acceptor) {
        this.prefix = prefix;
        this.matcher = matcher;
        this.acceptor = acceptor;
    }

    void add(String proposal, String kind, int priority, Facts facts) {
        if (matcher.isCandidateMatchingPrefix(proposal, prefix) && acceptor.canAcceptMoreProposals()) {
            ContentAssistEntry entry = new ContentAssistEntry();
            entry.setPrefix(prefix);
            entry.setProposal(proposal);
            entry.setKind(kind);
            if (facts != null) {
                entry.setDescription(facts.title());
                entry.setDocumentation(facts.html());
            }
            acceptor.accept(entry, priority + (proposal.regionMatches(true, 0, prefix, 0, prefix.length()) ? 50 : 0));
        }
    }
}
