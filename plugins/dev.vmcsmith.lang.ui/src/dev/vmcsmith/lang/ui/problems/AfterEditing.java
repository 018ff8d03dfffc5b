// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import org.eclipse.core.filebuffers.IFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;

/** Does something once when the text that editors share for a file is given up, saved or not. */
final class AfterEditing extends FileBufferAdapter {
    private final IFileBuffer awaited;
    private final Runnable action;

    private AfterEditing(IFileBuffer awaited, Runnable action) {
        this.awaited = awaited;
        this.action = action;
    }

    /** @param buffer the shared text; null when no editor holds one any more */
    static void run(IFileBuffer buffer, Runnable action) {
        if (buffer == null) {
            action.run();
        } else {
            ITextFileBufferManager.DEFAULT.addFileBufferListener(new AfterEditing(buffer, action));
        }
    }

    @Override
    public void bufferDisposed(IFileBuffer buffer) {
        if (buffer == awaited) {
            ITextFileBufferManager.DEFAULT.removeFileBufferListener(this);
            action.run();
        }
    }
}
