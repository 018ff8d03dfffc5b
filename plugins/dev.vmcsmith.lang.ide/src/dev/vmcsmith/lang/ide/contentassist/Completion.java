// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import com.google.inject.Inject;
import com.google.inject.Provider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;
import org.eclipse.xtext.ide.editor.contentassist.IIdeContentProposalAcceptor;
import org.eclipse.xtext.ide.editor.contentassist.IdeContentProposalProvider;
import org.eclipse.xtext.ide.editor.contentassist.antlr.ContentAssistContextFactory;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.util.TextRegion;

/** Collects the proposals for a place: each once, best first. */
public class Completion {
    private static final int LIMIT = 1000;

    @Inject
    private Provider<ContentAssistContextFactory> contexts;

    @Inject
    private IdeContentProposalProvider proposals;

    /** The proposals at an offset of the text that the resource was read from. */
    public List<ContentAssistEntry> at(XtextResource resource, String text, int offset) {
        try (ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            ContentAssistContextFactory factory = contexts.get();
            factory.setPool(pool);
            Collector collector = new Collector();
            proposals.createProposals(List.of(factory.create(text, new TextRegion(offset, 0), offset, resource)), collector);
            return collector.sorted();
        }
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
