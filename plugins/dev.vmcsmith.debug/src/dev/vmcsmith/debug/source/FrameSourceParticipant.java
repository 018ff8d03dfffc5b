// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.source;

import dev.vmcsmith.debug.model.MachineFrame;
import java.io.File;
import java.util.Arrays;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.sourcelookup.AbstractSourceLookupParticipant;
import org.eclipse.debug.core.sourcelookup.containers.LocalFileStorage;

/** Finds the file that the line table names: by its path, then by its name in the configured source containers. */
public final class FrameSourceParticipant extends AbstractSourceLookupParticipant {

    @Override
    public String getSourceName(Object object) {
        return object instanceof MachineFrame frame ? frame.sourceName() : null;
    }

    @Override
    public Object[] findSourceElements(Object object) throws CoreException {
        if (!(object instanceof MachineFrame frame) || frame.sourcePath() == null) {
            return EMPTY;
        }
        File file = new File(frame.sourcePath());
        if (file.isAbsolute()) {
            IFile[] inWorkspace = ResourcesPlugin.getWorkspace().getRoot().findFilesForLocationURI(file.toURI());
            Object[] existing = Arrays.stream(inWorkspace).filter(IFile::exists).limit(1).toArray();
            if (existing.length > 0) {
                return existing;
            }
        }
        Object[] byName = super.findSourceElements(object);
        if (byName.length > 0 || !file.isAbsolute() || !file.isFile()) {
            return byName;
        }
        return new Object[] { new LocalFileStorage(file) };
    }
}
