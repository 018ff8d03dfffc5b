// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import com.google.inject.Singleton;
import dev.vmcsmith.lang.eval.NamedNumbers;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.HvFactory;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.emf.ecore.resource.impl.ResourceImpl;

/**
 * The model objects for registers, VMCS fields, MSRs and names of bits, made when a setup names them. They live in a resource of their
 * own.
 */
@Singleton
public class Builtins {
    private final Resource resource = new ResourceImpl(URI.createURI("vmcsmith:/builtins"));
    private final Map<String, Builtin> byName = new HashMap<>();

    /** The object for a variable, the same for each call; null when there is no such variable, MSR or bit. */
    public synchronized Builtin find(String name) {
        Builtin known = byName.get(name);
        if (known != null || Variable.find(name) == null && NamedNumbers.find(name).isEmpty()) {
            return known;
        }
        Builtin made = HvFactory.eINSTANCE.createBuiltin();
        made.setName(name);
        resource.getContents().add(made);
        byName.put(name, made);
        return made;
    }
}
