// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.ui.IEditorInput;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.IURIEditorInput;
import org.eclipse.ui.IWorkbenchPart;

/**
 * A file that a machine can have been made of.
 *
 * @param inWorkspace null for a file outside of the workspace
 * @param path absolute path in the file system
 */
record SourceFile(IFile inWorkspace, String path) {

    /** Languages whose compilers write DWARF line tables into ELF images. */
    private static final Set<String> EXTENSIONS = Set.of(HypervisorDebug.SETUP_EXTENSION, "c", "h", "cc", "cpp", "cxx", "hh", "hpp", "inc",
            "s", "asm", "nasm", "rs", "zig", "d", "adb");

    /** The source in an editor; null for other parts and files. */
    static SourceFile of(IWorkbenchPart part) {
        return part instanceof IEditorPart editor && editor.getEditorInput() != null ? of(editor.getEditorInput()) : null;
    }

    private static SourceFile of(IEditorInput input) {
        IFile file = Adapters.adapt(input, IFile.class);
        if (file == null && input instanceof IURIEditorInput named && named.getURI() != null && "file".equals(named.getURI().getScheme())) {
            return of(named.getURI());
        }
        return file != null && file.getLocation() != null && isSource(file.getName()) ? of(file) : null;
    }

    private static SourceFile of(URI uri) {
        Path path = new File(uri).toPath();
        if (!isSource(path.toString())) {
            return null;
        }
        IFile[] linked = ResourcesPlugin.getWorkspace().getRoot().findFilesForLocationURI(uri);
        return Arrays.stream(linked).filter(IFile::exists).findFirst().map(SourceFile::of).orElse(new SourceFile(null, path.toString()));
    }

    private static SourceFile of(IFile file) {
        return new SourceFile(file, file.getLocation().toOSString());
    }

    private static boolean isSource(String name) {
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** The breakpoint in a line, from 1; null for none. */
    SetupLineBreakpoint breakpointAt(int line) {
        for (IBreakpoint breakpoint : DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(HypervisorDebug.MODEL)) {
            if (breakpoint instanceof SetupLineBreakpoint here && path.equals(here.path())
                    && here.getMarker().getAttribute(IMarker.LINE_NUMBER, -1) == line) {
                return here;
            }
        }
        return null;
    }

    /** Creates the breakpoint in a line, from 1; the caller adds it to the breakpoint manager. */
    SetupLineBreakpoint newBreakpoint(int line) throws DebugException {
        return inWorkspace == null ? new SetupLineBreakpoint(Path.of(path), line) : new SetupLineBreakpoint(inWorkspace, line);
    }
}
