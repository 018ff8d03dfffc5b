// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide;

import java.util.Optional;
import org.eclipse.emf.common.util.URI;

/** Which CPU profile counts for a setup that names none: what its author chose for the file's project, say. Asked from any thread. */
@FunctionalInterface
public interface DefaultCpu {
    /** Nobody chooses: the default of the language counts. */
    DefaultCpu NOT_CHOSEN = uri -> Optional.empty();

    /** Name or file of a profile. */
    Optional<String> of(URI file);
}
