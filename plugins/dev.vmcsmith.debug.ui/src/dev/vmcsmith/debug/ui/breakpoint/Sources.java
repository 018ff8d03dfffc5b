// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Locale;
import java.util.Set;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.IWorkbenchPart;

/** Which files a machine can have been made of. */
final class Sources {

    /** Languages whose compilers write DWARF line tables into ELF images. */
    private static final Set<String> EXTENSIONS = Set.of(HypervisorDebug.SETUP_EXTENSION, "c", "h", "cc", "cpp", "cxx", "hh", "hpp", "inc",
            "s", "asm", "nasm", "rs", "zig", "d", "adb");

    private Sources() {
    }

    /** The source in an editor; null for other parts and files. */
    static IFile fileOf(IWorkbenchPart part) {
        IFile file = part instanceof IEditorPart editor ? Adapters.adapt(editor.getEditorInput(), IFile.class) : null;
        return file != null && file.getFileExtension() != null && EXTENSIONS.contains(file.getFileExtension().toLowerCase(Locale.ROOT))
                ? file : null;
    }
}
