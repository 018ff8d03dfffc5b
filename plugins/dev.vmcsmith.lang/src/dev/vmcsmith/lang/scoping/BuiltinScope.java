// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import dev.vmcsmith.lang.eval.NamedNumbers;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Builtin;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.naming.QualifiedName;
import org.eclipse.xtext.resource.EObjectDescription;
import org.eclipse.xtext.resource.IEObjectDescription;
import org.eclipse.xtext.scoping.IScope;

/** The elements of a file, and behind them MSRs, names of bits, registers and VMCS fields. */
final class BuiltinScope implements IScope {
    private final IScope elements;
    private final Builtins builtins;
    private final boolean variables;

    /** @param variables whether registers and VMCS fields can be named, beside MSRs and bits */
    BuiltinScope(IScope elements, Builtins builtins, boolean variables) {
        this.elements = elements;
        this.builtins = builtins;
        this.variables = variables;
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
        if (variables) {
            Variable.names().forEach(name -> all.add(describe(name)));
        }
        NamedNumbers.names().forEach(name -> all.add(describe(name)));
        return all;
    }

    private IEObjectDescription describe(String name) {
        Builtin builtin = variables || NamedNumbers.find(name).isPresent() ? builtins.find(name) : null;
        return builtin == null ? null : EObjectDescription.create(QualifiedName.create(name.split("\\.")), builtin);
    }
}
