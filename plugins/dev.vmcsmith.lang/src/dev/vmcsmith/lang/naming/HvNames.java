// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.naming;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.Symbol;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.naming.IQualifiedNameProvider;
import org.eclipse.xtext.naming.QualifiedName;

/** An element is known by its name, a label by the name of its code and its own: {@code Main.loop}. Local labels have none. */
public class HvNames extends IQualifiedNameProvider.AbstractImpl {
    @Override
    public QualifiedName getFullyQualifiedName(EObject object) {
        if (object instanceof AsmLabel label) {
            return label(label);
        }
        return object instanceof Symbol symbol ? simple(symbol) : null;
    }

    private static QualifiedName label(AsmLabel label) {
        boolean known = label.getName() != null && !label.getName().startsWith(".") && label.eContainer() instanceof GuestCode code
                && code.getName() != null;
        return known ? QualifiedName.create(((GuestCode) label.eContainer()).getName(), label.getName()) : null;
    }

    private static QualifiedName simple(Symbol symbol) {
        String name = of(symbol);
        return name == null || name.isEmpty() ? null : QualifiedName.create(name);
    }

    /** The name as it is written where the symbol is defined, null while it is being typed. */
    public static String of(Symbol symbol) {
        return (String) symbol.eGet(symbol.eClass().getEStructuralFeature("name"));
    }
}
