// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.navigation.Definition;
import dev.vmcsmith.lang.ui.Services;
import java.util.Optional;
import org.eclipse.core.filesystem.EFS;
import org.eclipse.core.filesystem.IFileStore;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.hyperlink.IHyperlink;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;

/** Leads from a name to its definition, in this file or another. */
final class DefinitionLink implements IHyperlink {
    private final ITextEditor editor;
    private final IRegion word;

    DefinitionLink(ITextEditor editor, IRegion word) {
        this.editor = editor;
        this.word = word;
    }

    @Override
    public IRegion getHyperlinkRegion() {
        return word;
    }

    @Override
    public String getTypeLabel() {
        return null;
    }

    @Override
    public String getHyperlinkText() {
        return "Open Definition";
    }

    @Override
    public void open() {
        IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        Display display = Display.getCurrent();
        URI from = Documents.uri(document);
        String text = document.get();
        Job job = Job.create("Finding the definition", (ICoreRunnable) monitor -> {
            Optional<Definition> found = Services.get().definition(from, text, word.getOffset());
            boolean exists = found.isPresent() && (found.get().file().equals(from) || store(found.get()).fetchInfo().exists());
            display.asyncExec(() -> {
                if (exists) {
                    show(found.get(), found.get().file().equals(from));
                } else {
                    SetupHandler.say(editor, found.map(missing -> "There is no file " + missing.file().lastSegment())
                            .orElse("This name is not defined in a setup"));
                }
            });
        });
        job.setUser(false);
        job.schedule();
    }

    private static IFileStore store(Definition definition) throws CoreException {
        return EFS.getStore(java.net.URI.create(definition.file().toString()));
    }

    private void show(Definition definition, boolean sameFile) {
        try {
            ITextEditor target = sameFile ? editor : (ITextEditor) IDE.openEditorOnFileStore(editor.getSite().getPage(),
                    store(definition));
            target.getSite().getPage().getNavigationHistory().markLocation(target);
            target.selectAndReveal(definition.offset(), definition.length());
        } catch (CoreException e) {
            ILog.get().log(e.getStatus());
        }
    }
}
