// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.IPath;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.IDocument;

/** Which file a document in an editor belongs to. */
public final class Documents {
    private static final URI UNKNOWN = URI.createFileURI("/unsaved.hv");

    private Documents() {
    }

    /** The file in the workspace; null for a file outside of it. */
    public static IFile file(IDocument document) {
        ITextFileBuffer buffer = buffer(document);
        IPath path = buffer == null ? null : buffer.getLocation();
        if (path == null || path.segmentCount() < 2) {
            return null;
        }
        IFile file = ResourcesPlugin.getWorkspace().getRoot().getFile(path);
        return file.exists() ? file : null;
    }

    /** Where the document's file is on disk. */
    public static URI uri(IDocument document) {
        ITextFileBuffer buffer = buffer(document);
        return buffer == null || buffer.getFileStore() == null ? UNKNOWN : URI.createURI(buffer.getFileStore().toURI().toString());
    }

    /** Where a file of the workspace is on disk. */
    public static URI uri(IFile file) {
        return file.getLocationURI() == null ? UNKNOWN : URI.createURI(file.getLocationURI().toString());
    }

    private static ITextFileBuffer buffer(IDocument document) {
        return document == null ? null : ITextFileBufferManager.DEFAULT.getTextFileBuffer(document);
    }
}
