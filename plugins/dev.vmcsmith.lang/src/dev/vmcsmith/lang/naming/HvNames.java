// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.naming;

import dev.vmcsmith.lang.hv.AsmLabel;
import dev.vmcsmith.lang.hv.DataLabel;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.Symbol;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.naming.IQualifiedNameProvider;
import org.eclipse.xtext.naming.QualifiedName;

/** An element is known by its name, a label by the name of its code or data and its own: {@code Main.loop}. Local labels have none. */
public class HvNames extends IQualifiedNameProvider.AbstractImpl {
    @Override
    public QualifiedName getFullyQualifiedName(EObject object) {
        if (object instanceof AsmLabel label) {
            return label(label.getName(), label.eContainer() instanceof GuestCode code ? code.getName() : null);
        }
        if (object instanceof DataLabel label) {
            return label(label.getName(), label.eContainer() instanceof GuestData data ? data.getName() : null);
        }
        return object instanceof Symbol symbol ? simple(symbol) : null;
    }

    private static QualifiedName label(String label, String block) {
        return label == null || label.startsWith(".") || block == null ? null : QualifiedName.create(block, label);
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
