// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import com.google.inject.Inject;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.Suggestions;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.xtext.diagnostics.DiagnosticMessage;
import org.eclipse.xtext.diagnostics.Severity;
import org.eclipse.xtext.linking.impl.LinkingDiagnosticMessageProvider;
import org.eclipse.xtext.scoping.IScopeProvider;

/** Says of a name that means nothing which name is near. */
public class HvLinkingMessages extends LinkingDiagnosticMessageProvider {
    @Inject
    private IScopeProvider scopes;

    @Override
    public DiagnosticMessage getUnresolvedProxyMessage(ILinkingDiagnosticContext context) {
        List<String> known = new ArrayList<>();
        scopes.getScope(context.getContext(), context.getReference()).getAllElements().forEach(e -> known.add(e.getName().toString()));
        String kind = switch (context.getReference().getEReferenceType().getName()) {
            case "Vmcs" -> "vmcs";
            case "Ept" -> "ept";
            default -> "constant, guest code, label, register or VMCS field";
        };
        String nearest = Suggestions.nearest(context.getLinkText(), known);
        String message = Suggestions.unknown(kind, context.getLinkText(), known);
        return nearest == null ? new DiagnosticMessage(message, Severity.ERROR, IssueCodes.UNKNOWN_NAME)
                : new DiagnosticMessage(message, Severity.ERROR, IssueCodes.UNKNOWN_NAME, nearest);
    }
}
