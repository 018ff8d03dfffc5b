// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.expressions.PropertyTester;
import org.eclipse.core.resources.IMarker;

/** {@code isSetupProblem}: whether a marker is about a rule of VM entry that has a help page. */
public class SetupProblemTester extends PropertyTester {

    @Override
    public boolean test(Object receiver, String property, Object[] arguments, Object expected) {
        return receiver instanceof IMarker marker && RulePages.exists(marker.getAttribute(LangUi.RULE_ID, null));
    }
}
