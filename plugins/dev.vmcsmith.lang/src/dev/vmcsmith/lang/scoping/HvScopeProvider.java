// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import com.google.inject.Inject;
import dev.vmcsmith.lang.hv.AsmElement;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Let;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Vmcs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.emf.ecore.util.EcoreUtil;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.naming.IQualifiedNameProvider;
import org.eclipse.xtext.naming.QualifiedName;
import org.eclipse.xtext.resource.EObjectDescription;
import org.eclipse.xtext.resource.IEObjectDescription;
import org.eclipse.xtext.scoping.IScope;
import org.eclipse.xtext.scoping.impl.MapBasedScope;
import org.eclipse.xtext.util.IResourceScopeCache;

/**
 * A reference sees the elements of its file that it can refer to; an expression sees MSRs too, and in a handler registers and VMCS fields.
 */
public class HvScopeProvider extends AbstractHvScopeProvider {
    @Inject
    private IQualifiedNameProvider names;
    @Inject
    private Builtins builtins;
    @Inject
    private IResourceScopeCache cache;

    @Override
    public IScope getScope(EObject context, EReference reference) {
        EObject root = EcoreUtil.getRootContainer(context);
        if (!(root instanceof Setup setup) || setup.eResource() == null) {
            return IScope.NULLSCOPE;
        }
        boolean running = EcoreUtil2.getContainerOfType(context, ExitHandler.class) != null;
        IScope elements = cache.get(reference.getEReferenceType().getName() + running, setup.eResource(), () -> elements(setup, reference,
                running));
        if (reference.getEReferenceType() != HvPackage.Literals.SYMBOL) {
            return elements;
        }
        IScope all = new BuiltinScope(elements, builtins, running);
        return running ? MapBasedScope.createScope(all, locals(context)) : all;
    }

    /** The names that the blocks around a statement give to values before it; inner ones hide outer ones. */
    private static Collection<IEObjectDescription> locals(EObject context) {
        Map<String, IEObjectDescription> found = new LinkedHashMap<>();
        EObject inner = context;
        for (EObject outer = context.eContainer(); outer != null && !(inner instanceof ExitHandler); outer = outer.eContainer()) {
            if (outer instanceof Block block) {
                for (Statement statement : block.getStatements().subList(0, Math.max(0, block.getStatements().indexOf(inner))).reversed()) {
                    if (statement instanceof Let let && let.getName() != null) {
                        found.putIfAbsent(let.getName(), EObjectDescription.create(QualifiedName.create(let.getName()), let));
                    }
                }
            }
            inner = outer;
        }
        return found.values();
    }

    /** @param running whether values that change while the hypervisor runs may be named */
    private IScope elements(Setup setup, EReference reference, boolean running) {
        List<IEObjectDescription> found = new ArrayList<>();
        for (Element element : setup.getElements()) {
            if (running || !(element instanceof GlobalVariable)) {
                add(element, reference, found);
            }
            if (element instanceof GuestCode code) {
                for (AsmElement line : code.getLines()) {
                    if (line instanceof AsmLabel) {
                        add(line, reference, found);
                    }
                }
            }
        }
        return MapBasedScope.createScope(IScope.NULLSCOPE, found);
    }

    private void add(EObject object, EReference reference, List<IEObjectDescription> found) {
        boolean number = !(object instanceof Ept || object instanceof Vmcs);
        boolean fits = reference.getEReferenceType().isInstance(object) && (number
                || reference.getEReferenceType() != HvPackage.Literals.SYMBOL);
        QualifiedName name = fits ? names.getFullyQualifiedName(object) : null;
        if (name != null) {
            found.add(EObjectDescription.create(name, object));
        }
    }
}
