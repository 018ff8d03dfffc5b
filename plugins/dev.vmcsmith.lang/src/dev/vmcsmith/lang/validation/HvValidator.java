// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import dev.vmcsmith.lang.Problem.Severity;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Import;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.plan.Finding;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.SetupPlanner;
import dev.vmcsmith.lang.scoping.Imports;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.xtext.validation.Check;
import org.eclipse.xtext.validation.ValidationMessageAcceptor;

/** Marks in the editor what planning a setup finds. The code of a diagnostic is the id of the entry rule or of the language's check. */
public class HvValidator extends AbstractHvValidator {
    @Check
    public void check(Setup setup) {
        for (Finding finding : SetupPlanner.plan(setup).findings()) {
            if (finding.object().eResource() == setup.eResource()) {
                mark(finding);
            }
        }
        Imports.statements(setup).forEach(this::imported);
    }

    /** An imported file with errors is marked where it is imported; its own markers say more. */
    private void imported(Import statement) {
        Setup target = Imports.target(statement);
        if (target != null && target != statement.eContainer() && !target.eResource().getErrors().isEmpty()) {
            Resource.Diagnostic first = target.eResource().getErrors().getFirst();
            warning(statement.getImportURI() + " has an error in line " + first.getLine() + ": " + first.getMessage(), statement,
                    HvPackage.Literals.IMPORT__IMPORT_URI, IssueCodes.IMPORTED_FILE);
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
}
