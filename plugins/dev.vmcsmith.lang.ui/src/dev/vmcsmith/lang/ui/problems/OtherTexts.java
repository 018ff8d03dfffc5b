// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.core.filebuffers.IFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.jface.text.DocumentEvent;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IDocumentListener;

/** Tells an editor about the setups that other editors hold: when the text of one changes, and when one is given up. */
final class OtherTexts extends FileBufferAdapter implements IDocumentListener, AutoCloseable {
    private final Consumer<IDocument> changed;
    private final Set<IDocument> watched = ConcurrentHashMap.newKeySet();

    /** @param changed given the document that is another than before */
    OtherTexts(Consumer<IDocument> changed) {
        this.changed = changed;
        ITextFileBufferManager.DEFAULT.addFileBufferListener(this);
        for (IFileBuffer buffer : ITextFileBufferManager.DEFAULT.getFileBuffers()) {
            bufferCreated(buffer);
        }
    }

    @Override
    public void close() {
        ITextFileBufferManager.DEFAULT.removeFileBufferListener(this);
        watched.forEach(document -> document.removeDocumentListener(this));
    }

    @Override
    public void bufferCreated(IFileBuffer buffer) {
        if (buffer instanceof ITextFileBuffer text && LangUi.isSetup(buffer.getLocation()) && watched.add(text.getDocument())) {
            text.getDocument().addDocumentListener(this);
        }
    }

    @Override
    public void bufferDisposed(IFileBuffer buffer) {
        if (buffer instanceof ITextFileBuffer text && watched.remove(text.getDocument())) {
            text.getDocument().removeDocumentListener(this);
            changed.accept(text.getDocument());
        }
    }

    @Override
    public void documentChanged(DocumentEvent event) {
        changed.accept(event.getDocument());
    }

    @Override
    public void documentAboutToBeChanged(DocumentEvent event) {
        // only the new text matters
    }
}
