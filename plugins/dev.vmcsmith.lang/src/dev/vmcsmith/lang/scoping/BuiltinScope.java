// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Builtin;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.naming.QualifiedName;
import org.eclipse.xtext.resource.EObjectDescription;
import org.eclipse.xtext.resource.IEObjectDescription;
import org.eclipse.xtext.scoping.IScope;

/** The elements of a file, and behind them registers and VMCS fields. */
final class BuiltinScope implements IScope {
    private final IScope elements;
    private final Builtins builtins;

    BuiltinScope(IScope elements, Builtins builtins) {
        this.elements = elements;
        this.builtins = builtins;
    }

    @Override
    public IEObjectDescription getSingleElement(QualifiedName name) {
        IEObjectDescription element = elements.getSingleElement(name);
        return element != null ? element : describe(name.toString());
    }

    @Override
    public Iterable<IEObjectDescription> getElements(QualifiedName name) {
        IEObjectDescription found = getSingleElement(name);
        return found == null ? List.of() : List.of(found);
    }

    @Override
    public IEObjectDescription getSingleElement(EObject object) {
        return object instanceof Builtin builtin ? describe(builtin.getName()) : elements.getSingleElement(object);
    }

    @Override
    public Iterable<IEObjectDescription> getElements(EObject object) {
        IEObjectDescription found = getSingleElement(object);
        return found == null ? List.of() : List.of(found);
    }

    @Override
    public Iterable<IEObjectDescription> getAllElements() {
        List<IEObjectDescription> all = new ArrayList<>();
        elements.getAllElements().forEach(all::add);
        for (String name : Variable.names()) {
            IEObjectDescription builtin = describe(name);
            if (builtin != null) {
                all.add(builtin);
            }
        }
        return all;
    }

    private IEObjectDescription describe(String name) {
        Builtin builtin = builtins.find(name);
        return builtin == null ? null : EObjectDescription.create(QualifiedName.create(name.split("\\.")), builtin);
    }
}
