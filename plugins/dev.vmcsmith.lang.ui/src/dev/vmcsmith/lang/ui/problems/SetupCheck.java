// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.nio.charset.Charset;
import java.util.List;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.filebuffers.LocationKind;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.OperationCanceledException;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.xtext.validation.Issue;

/** Checks the saved text of a setup and sets its markers. */
final class SetupCheck {
    private SetupCheck() {
    }

    /** Does nothing when the file is open with unsaved changes, or gone. */
    static void checkFile(IFile file, IProgressMonitor monitor) throws CoreException {
        if (!file.isAccessible() || isBeingEdited(file)) {
            return;
        }
        List<Issue> issues = Services.get().check(Documents.uri(file), text(file), SetupPreferences.checks(file.getProject()),
                () -> monitor != null && monitor.isCanceled());
        if (monitor != null && monitor.isCanceled()) {
            throw new OperationCanceledException();
        }
        if (!isBeingEdited(file)) {
            ProblemMarkers.set(file, issues);
        }
    }

    private static boolean isBeingEdited(IFile file) {
        ITextFileBuffer buffer = ITextFileBufferManager.DEFAULT.getTextFileBuffer(file.getFullPath(), LocationKind.IFILE);
        return buffer != null && buffer.isDirty();
    }

    /** As it is saved. */
    static String text(IFile file) throws CoreException {
        try {
            return new String(file.readAllBytes(), Charset.forName(file.getCharset()));
        } catch (IllegalArgumentException e) {
            throw new CoreException(Status.error("The encoding of " + file.getFullPath() + " is not known; choose another", e));
        }
    }

    /** Checks the saved text in the background once no editor holds another text. */
    static void scheduleAfterEditing(IFile file) {
        AfterEditing.run(ITextFileBufferManager.DEFAULT.getTextFileBuffer(file.getFullPath(), LocationKind.IFILE), () -> schedule(file));
    }

    private static void schedule(IFile file) {
        Job job = Job.create("Checking " + file.getName(), (ICoreRunnable) monitor -> checkFile(file, monitor));
        job.setSystem(true);
        job.schedule();
    }
}
