// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.minings;

import dev.vmcsmith.lang.ide.minings.LastRun;
import dev.vmcsmith.lang.ide.minings.Mining;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.codemining.AbstractCodeMiningProvider;
import org.eclipse.jface.text.codemining.ICodeMining;

/** Shows the remarks on a setup at the ends of its lines. They are found in the background. */
public class SetupMinings extends AbstractCodeMiningProvider {
    @Override
    public CompletableFuture<List<? extends ICodeMining>> provideCodeMinings(ITextViewer viewer, IProgressMonitor monitor) {
        IDocument document = viewer.getDocument();
        if (document == null || !SetupPreferences.showsMinings()) {
            return CompletableFuture.completedFuture(List.of());
        }
        URI uri = Documents.uri(document);
        Optional<LastRuns> runs = LastRuns.get();
        runs.ifPresent(known -> known.showIn(viewer));
        LastRun run = runs.map(known -> known.of(uri)).orElse(LastRun.NONE);
        String text = document.get();
        return CompletableFuture.supplyAsync(() -> minings(document, Services.get().minings(uri, text, run)));
    }

    private List<ICodeMining> minings(IDocument document, List<Mining> found) {
        List<ICodeMining> minings = new ArrayList<>();
        for (Mining mining : found) {
            try {
                minings.add(new LineEndMining(document, document.getLineOfOffset(mining.offset()), this, mining.text()));
            } catch (BadLocationException e) {
                return List.of(); // the text has changed; the next call is under way
            }
        }
        return minings;
    }
}
