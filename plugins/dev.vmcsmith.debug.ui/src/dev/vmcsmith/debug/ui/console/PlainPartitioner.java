// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import org.eclipse.jface.text.DocumentEvent;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITypedRegion;
import org.eclipse.jface.text.TypedRegion;
import org.eclipse.swt.custom.StyleRange;
import org.eclipse.ui.console.IConsoleDocumentPartitioner;

/** A console document in one piece, which the user cannot change. */
final class PlainPartitioner implements IConsoleDocumentPartitioner {

    private int length;

    @Override
    public boolean isReadOnly(int offset) {
        return true;
    }

    @Override
    public StyleRange[] getStyleRanges(int offset, int length) {
        return new StyleRange[0];
    }

    @Override
    public void connect(IDocument document) {
        length = document.getLength();
    }

    @Override
    public void disconnect() {
        // see connect
    }

    @Override
    public void documentAboutToBeChanged(DocumentEvent event) {
        // the partition grows with the document
    }

    @Override
    public boolean documentChanged(DocumentEvent event) {
        length = event.getDocument().getLength();
        return false;
    }

    @Override
    public String[] getLegalContentTypes() {
        return new String[] { IDocument.DEFAULT_CONTENT_TYPE };
    }

    @Override
    public String getContentType(int offset) {
        return IDocument.DEFAULT_CONTENT_TYPE;
    }

    @Override
    public ITypedRegion[] computePartitioning(int offset, int length) {
        return new ITypedRegion[] { new TypedRegion(offset, length, IDocument.DEFAULT_CONTENT_TYPE) };
    }

    @Override
    public ITypedRegion getPartition(int offset) {
        return new TypedRegion(0, length, IDocument.DEFAULT_CONTENT_TYPE);
    }
}
