// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import org.eclipse.xtext.diagnostics.Diagnostic;
import org.eclipse.xtext.validation.Issue;

/** The message of a problem as the workbench shows it: with the id of the rule, by which help and tests know it. */
final class ProblemText {
    private ProblemText() {
    }

    static String of(Issue issue) {
        String code = issue.getCode();
        boolean named = code != null && !code.isEmpty() && !code.equals(Diagnostic.SYNTAX_DIAGNOSTIC) && code.indexOf('.') < 0;
        return named ? issue.getMessage() + " [" + code + "]" : issue.getMessage();
    }
}
