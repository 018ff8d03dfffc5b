// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.references;

import dev.vmcsmith.lang.ide.references.Occurrence;
import dev.vmcsmith.lang.ide.references.Target;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.SetupFiles;
import java.util.Optional;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.filebuffers.LocationKind;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.Document;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.search.ui.ISearchQuery;
import org.eclipse.search.ui.ISearchResult;
import org.eclipse.search.ui.text.Match;

/** Searches the setups of a project for the places of one name. */
final class ReferencesQuery implements ISearchQuery {
    private final IFile file;
    private final URI uri;
    private final String text;
    private final int offset;
    private final ReferencesResult result = new ReferencesResult(this);
    private String name = "";

    /** @param file null for a file outside of the workspace, which is searched alone */
    ReferencesQuery(IFile file, URI uri, String text, int offset) {
        this.file = file;
        this.uri = uri;
        this.text = text;
        this.offset = offset;
    }

    @Override
    public IStatus run(IProgressMonitor monitor) {
        result.removeAll();
        Optional<Target> target = Services.get().target(uri, text, offset);
        if (target.isEmpty()) {
            return Status.info("The cursor is at no name that a setup defines");
        }
        name = target.get().name();
        try {
            for (Occurrence place : Services.get().references(uri, text, offset, SetupFiles.others(file))) {
                add(place);
            }
            return Status.OK_STATUS;
        } catch (CoreException e) {
            return e.getStatus();
        } catch (BadLocationException e) {
            return Status.error("The files have changed; search again", e);
        }
    }

    private void add(Occurrence place) throws CoreException, BadLocationException {
        IFile found = place.file().equals(uri) ? file : SetupFiles.at(place.file());
        if (found == null) {
            return;
        }
        ITextFileBuffer buffer = ITextFileBufferManager.DEFAULT.getTextFileBuffer(found.getFullPath(), LocationKind.IFILE);
        IDocument document = buffer != null ? buffer.getDocument() : new Document(found.readString());
        int line = document.getLineOfOffset(place.offset());
        IRegion region = document.getLineInformation(line);
        String content = document.get(region.getOffset(), region.getLength()).strip();
        result.addMatch(new Match(new ReferenceLine(found, line + 1, content, place.definition()), place.offset(), place.length()));
    }

    @Override
    public String getLabel() {
        return name.isEmpty() ? "References" : "References to '" + name + "'";
    }

    @Override
    public boolean canRerun() {
        return true;
    }

    @Override
    public boolean canRunInBackground() {
        return true;
    }

    @Override
    public ISearchResult getSearchResult() {
        return result;
    }
}
