// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import dev.vmcsmith.lang.ide.edit.Edit;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.common.util.URI;

/**
 * What giving something another name comes to.
 *
 * @param edits    of each file that uses the name
 * @param problems why it cannot be done; with one there are no edits
 */
public record Renaming(Map<URI, List<Edit>> edits, List<String> problems) {
    static Renaming refused(String problem) {
        return new Renaming(Map.of(), List.of(problem));
    }
}
