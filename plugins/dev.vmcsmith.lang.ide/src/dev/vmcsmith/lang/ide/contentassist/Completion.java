// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import com.google.inject.Inject;
import com.google.inject.Provider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.xtext.RuleCall;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IdeContentProposalProvider;
import org.eclipse.xtext.ide.editor.contentassist.antlr.ContentAssistContextFactory;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.util.TextRegion;

/** Collects the proposals for a place: each once, best first. */
public class Completion {
    private static final int LIMIT = 1000;
    private static final Set<String> TEXTS = Set.of("TextPart", "TextStart", "TextMiddle", "TextEnd");

    @Inject
    private Provider<ContentAssistContextFactory> contexts;

    @Inject
    private IdeContentProposalProvider proposals;

    /** The proposals at an offset of the text that the resource was read from; none in comments and in texts that are logged. */
    public List<ContentAssistEntry> at(XtextResource resource, String text, int offset) {
        if (isProse(resource, offset)) {
            return List.of();
        }
        try (ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            ContentAssistContextFactory factory = contexts.get();
            factory.setPool(pool);
            Collector collector = new Collector();
            proposals.createProposals(List.of(factory.create(text, new TextRegion(offset, 0), offset, resource)), collector);
            return collector.sorted();
        }
    }

    private static boolean isProse(XtextResource resource, int offset) {
        ILeafNode leaf = offset == 0 || resource.getParseResult() == null ? null
                : NodeModelUtils.findLeafNodeAtOffset(resource.getParseResult().getRootNode(), offset - 1);
        if (leaf == null) {
            return false;
        }
        boolean inside = offset < leaf.getEndOffset();
        String text = leaf.getText();
        if (leaf.isHidden()) {
            return text.startsWith("//") || text.startsWith(";") || text.startsWith("/*") && inside;
        }
        return inside && leaf.getParent().getGrammarElement() instanceof RuleCall call && TEXTS.contains(call.getRule().getName());
    }

    private static final class Collector implements IIdeContentProposalAcceptor {
        private final Map<String, ContentAssistEntry> entries = new HashMap<>();
        private final Map<String, Integer> priorities = new HashMap<>();

        @Override
        public void accept(ContentAssistEntry entry, int priority) {
            if (entry != null && priority > priorities.getOrDefault(entry.getProposal(), -1)) {
                entries.put(entry.getProposal(), entry);
                priorities.put(entry.getProposal(), priority);
            }
        }

        @Override
        public boolean canAcceptMoreProposals() {
            return entries.size() < LIMIT;
        }

        List<ContentAssistEntry> sorted() {
            List<ContentAssistEntry> result = new ArrayList<>(entries.values());
            result.sort(Comparator.comparing((ContentAssistEntry entry) -> -priorities.get(entry.getProposal()))
                    .thenComparing(ContentAssistEntry::getProposal));
            return result;
        }
    }
}
