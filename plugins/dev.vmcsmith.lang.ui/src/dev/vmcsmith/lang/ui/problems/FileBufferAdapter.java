// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import org.eclipse.core.filebuffers.IFileBuffer;
import org.eclipse.core.filebuffers.IFileBufferListener;
import org.eclipse.core.runtime.IPath;

/** Listens to the texts that editors share for files, and does nothing: its subclasses say what matters to them. */
abstract class FileBufferAdapter implements IFileBufferListener {

    @Override
    public void bufferCreated(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void bufferDisposed(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void bufferContentAboutToBeReplaced(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void bufferContentReplaced(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void stateChanging(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void dirtyStateChanged(IFileBuffer buffer, boolean isDirty) {
        // nothing by default
    }

    @Override
    public void stateValidationChanged(IFileBuffer buffer, boolean isStateValidated) {
        // nothing by default
    }

    @Override
    public void underlyingFileMoved(IFileBuffer buffer, IPath path) {
        // nothing by default
    }

    @Override
    public void underlyingFileDeleted(IFileBuffer buffer) {
        // nothing by default
    }

    @Override
    public void stateChangeFailed(IFileBuffer buffer) {
        // nothing by default
    }
}
