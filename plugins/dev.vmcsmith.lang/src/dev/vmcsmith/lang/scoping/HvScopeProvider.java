// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import com.google.inject.Inject;
import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.DataLabel;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
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
 * A reference sees the elements of its file and of those imported that it can refer to; an expression sees MSRs and bits too, and in a
 * handler or function registers and VMCS fields.
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
        boolean symbol = reference.getEReferenceType() == HvPackage.Literals.SYMBOL;
        boolean running = EcoreUtil2.getContainerOfType(context, ExitHandler.class) != null
                || EcoreUtil2.getContainerOfType(context, Function.class) != null || reference == HvPackage.Literals.FIELD_CHECK__VARIABLE;
        boolean places = running || context.eContainer() instanceof FieldSetting;
        IScope elements = cache.get(reference.getEReferenceType().getName() + running + places, setup.eResource(),
                () -> elements(setup, reference, running, places || !symbol));
        if (!symbol) {
            return elements;
        }
        IScope all = new BuiltinScope(elements, builtins, running);
        return running ? MapBasedScope.createScope(all, locals(context)) : all;
    }

    /** The names that the blocks around a statement give to values before it, and parameters; inner ones hide outer ones. */
    private static Collection<IEObjectDescription> locals(EObject context) {
        Map<String, IEObjectDescription> found = new LinkedHashMap<>();
        EObject inner = context;
        for (EObject outer = context.eContainer(); outer != null && !(inner instanceof ExitHandler); outer = outer.eContainer()) {
            if (outer instanceof Block block) {
                for (Statement statement : block.getStatements().subList(0, Math.max(0, block.getStatements().indexOf(inner))).reversed()) {
                    if (statement instanceof Let let) {
                        add(let, let.getName(), found);
                    }
                }
            } else if (outer instanceof Function function) {
                function.getParameters().forEach(parameter -> add(parameter, parameter.getName(), found));
            }
            inner = outer;
        }
        return found.values();
    }

    private static void add(EObject local, String name, Map<String, IEObjectDescription> found) {
        if (name != null) {
            found.putIfAbsent(name, EObjectDescription.create(QualifiedName.create(name), local));
        }
    }

    /**
     * @param running whether values that change while the hypervisor runs may be named
     * @param places  whether things of the hypervisor may be named, whose addresses are known when it is laid out
     */
    private IScope elements(Setup setup, EReference reference, boolean running, boolean places) {
        List<IEObjectDescription> found = new ArrayList<>();
        for (Imports.Visible visible : Imports.visible(setup)) {
            for (Element element : visible.setup().getElements()) {
                boolean fits = (running || !(element instanceof GlobalVariable))
                        && (places || !(element instanceof Ept || element instanceof Vmcs));
                if (fits) {
                    add(element, visible.prefix(), reference, found);
                }
                labels(element).forEach(label -> add(label, visible.prefix(), reference, found));
            }
        }
        return MapBasedScope.createScope(IScope.NULLSCOPE, firstOfEachName(found));
    }

    private static List<? extends EObject> labels(Element element) {
        return switch (element) {
            case GuestCode code -> code.getLines().stream().filter(AsmLabel.class::isInstance).toList();
            case GuestData data -> data.getItems().stream().filter(DataLabel.class::isInstance).toList();
            default -> List.of();
        };
    }

    private static Collection<IEObjectDescription> firstOfEachName(List<IEObjectDescription> descriptions) {
        Map<QualifiedName, IEObjectDescription> first = new LinkedHashMap<>();
        descriptions.forEach(description -> first.putIfAbsent(description.getName(), description));
        return first.values();
    }

    private void add(EObject object, String prefix, EReference reference, List<IEObjectDescription> found) {
        QualifiedName name = reference.getEReferenceType().isInstance(object) ? names.getFullyQualifiedName(object) : null;
        if (name != null) {
            QualifiedName behind = prefix.isEmpty() ? QualifiedName.EMPTY : QualifiedName.create(prefix.split("\\."));
            found.add(EObjectDescription.create(behind.append(name), object));
        }
    }
}
