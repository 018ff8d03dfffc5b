// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import java.util.Optional;
import org.eclipse.emf.common.util.URI;

/** The texts of files that are being edited; they count instead of what is saved. Asked from any thread. */
@FunctionalInterface
public interface Sources {
    /** No file is open. */
    Sources SAVED = uri -> Optional.empty();

    /** The text of a file as it is being edited, empty when it is not. */
    Optional<String> text(URI file);
}
