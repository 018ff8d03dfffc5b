// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import com.google.inject.Inject;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.Suggestions;
import dev.vmcsmith.lang.scoping.ProjectNames;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.xtext.diagnostics.DiagnosticMessage;
import org.eclipse.xtext.diagnostics.Severity;
import org.eclipse.xtext.linking.impl.LinkingDiagnosticMessageProvider;
import org.eclipse.xtext.scoping.IScopeProvider;
import org.eclipse.xtext.util.IResourceScopeCache;

/** Says of a name that means nothing which file of the project declares it, or which name is near. */
public class HvLinkingMessages extends LinkingDiagnosticMessageProvider {
    @Inject
    private IScopeProvider scopes;
    @Inject
    private IResourceScopeCache cache;

    @Override
    public DiagnosticMessage getUnresolvedProxyMessage(ILinkingDiagnosticContext context) {
        List<String> known = new ArrayList<>();
        scopes.getScope(context.getContext(), context.getReference()).getAllElements().forEach(e -> known.add(e.getName().toString()));
        String kind = switch (context.getReference().getEReferenceType().getName()) {
            case "Vmcs" -> "vmcs";
            case "Ept" -> "ept";
            default -> "constant, guest code, label, register or VMCS field";
        };
        String written = context.getLinkText();
        List<String> files = declaring(context.getContext(), written.contains(".") && known.stream().noneMatch(name -> name.startsWith(
                written.substring(0, written.indexOf('.') + 1))) ? written.substring(0, written.indexOf('.')) : written);
        if (!files.isEmpty()) {
            return new DiagnosticMessage("there is no " + kind + " '" + written + "' here; " + Suggestions.declaredIn(files),
                    Severity.ERROR,
                    IssueCodes.UNKNOWN_NAME, files.toArray(String[]::new));
        }
        String nearest = Suggestions.nearest(context.getLinkText(), known);
        String message = Suggestions.unknown(kind, context.getLinkText(), known);
        return nearest == null ? new DiagnosticMessage(message, Severity.ERROR, IssueCodes.UNKNOWN_NAME)
                : new DiagnosticMessage(message, Severity.ERROR, IssueCodes.UNKNOWN_NAME, nearest);
    }

    /** The files of the project that declare a name; looked for once for all unknown names of a file. */
    private List<String> declaring(EObject context, String name) {
        Resource resource = context.eResource();
        return resource == null || resource.getURI() == null ? List.of() : cache.get("project names", resource,
                () -> ProjectNames.around(resource.getURI())).getOrDefault(name, List.of());
    }
}
