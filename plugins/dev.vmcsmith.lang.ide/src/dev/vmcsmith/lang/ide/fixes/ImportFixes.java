// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Import;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.lang.scoping.ProjectNames;
import java.util.List;
import org.eclipse.emf.common.util.URI;

/** Imports the file of the project that declares a name. */
final class ImportFixes {
    private ImportFixes() {
    }

    /** @param written the name that means nothing here */
    static List<QuickFix> of(SetupText text, Place place, String written) {
        URI file = place.setup().eResource().getURI();
        int dot = written.indexOf('.');
        if (written.isEmpty() || file == null) {
            return List.of();
        }
        var declared = ProjectNames.around(file);
        List<String> files = declared.getOrDefault(written, dot > 0 ? declared.getOrDefault(written.substring(0, dot), List.of()) : List.of());
        List<Import> imports = Imports.statements(place.setup());
        return files.stream().filter(path -> imports.stream().noneMatch(statement -> path.equals(statement.getImportURI())))
                .map(path -> QuickFix.of("Import \"" + path + '"', edit(text, place, imports, path))).toList();
    }

    private static Edit edit(SetupText text, Place place, List<Import> imports, String path) {
        String statement = "import \"" + path + '"';
        List<Element> elements = place.setup().getElements();
        return imports.isEmpty() ? text.element(elements.isEmpty() ? null : elements.getFirst(), statement)
                : text.behind(imports.getLast(), statement);
    }
}
