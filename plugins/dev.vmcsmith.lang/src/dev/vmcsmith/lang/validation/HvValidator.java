// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import dev.vmcsmith.lang.Problem.Severity;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.plan.Finding;
import dev.vmcsmith.lang.plan.SetupPlanner;
import java.nio.file.Path;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.validation.Check;
import org.eclipse.xtext.validation.ValidationMessageAcceptor;

/** Marks in the editor what planning a setup finds. The code of a diagnostic is the id of the entry rule or of the language's check. */
public class HvValidator extends AbstractHvValidator {
    @Check
    public void check(Setup setup) {
        for (Finding finding : SetupPlanner.plan(setup, directory(setup.eResource().getURI()), null).findings()) {
            mark(finding);
        }
    }

    private void mark(Finding finding) {
        ValidationMessageAcceptor out = getMessageAcceptor();
        boolean error = finding.severity() == Severity.ERROR;
        if (finding.offset() >= 0 && error) {
            out.acceptError(finding.message(), finding.object(), finding.offset(), finding.length(), finding.code());
        } else if (finding.offset() >= 0) {
            out.acceptWarning(finding.message(), finding.object(), finding.offset(), finding.length(), finding.code());
        } else if (error) {
            out.acceptError(finding.message(), finding.object(), finding.feature(), finding.index(), finding.code());
        } else {
            out.acceptWarning(finding.message(), finding.object(), finding.feature(), finding.index(), finding.code());
        }
    }

    /** The directory of a setup's file; the working directory for text that is in no file. */
    private static Path directory(URI file) {
        Path parent = file.isFile() ? Path.of(file.toFileString()).toAbsolutePath().getParent() : null;
        return parent == null ? Path.of("") : parent;
    }
}
