// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import org.eclipse.xtext.diagnostics.Diagnostic;
import org.eclipse.xtext.validation.Issue;

/** The message of a problem as the workbench shows it: the id of the rule in front, as on the command line. */
final class ProblemText {
    private ProblemText() {
    }

    static String of(Issue issue) {
        String code = issue.getCode();
        boolean named = code != null && !code.isEmpty() && !code.equals(Diagnostic.SYNTAX_DIAGNOSTIC) && code.indexOf('.') < 0;
        return named ? code + ": " + issue.getMessage() : issue.getMessage();
    }
}
