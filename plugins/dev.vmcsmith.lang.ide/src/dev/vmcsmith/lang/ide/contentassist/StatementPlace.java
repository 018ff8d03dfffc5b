// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.vmx.ExitReason;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;

/** Which statements make sense in the handler or function around the cursor. */
final class StatementPlace {
    private StatementPlace() {
    }

    /** False for a statement that would be an error here. */
    static boolean allows(String keyword, ContentAssistContext context) {
        EObject place = context.getCurrentModel();
        ExitHandler handler = EcoreUtil2.getContainerOfType(place, ExitHandler.class);
        boolean function = EcoreUtil2.getContainerOfType(place, Function.class) != null;
        ExitReason reason = handler == null || handler.getReason() == null ? null : ExitReason.find(handler.getReason());
        return switch (keyword) {
            case "emulate" -> handler == null && !function || reason != null && StatementChecks.EMULATED.contains(reason);
            case "skip" -> reason == null || reason.isInstruction();
            case "return" -> handler == null;
            default -> true;
        };
    }
}
