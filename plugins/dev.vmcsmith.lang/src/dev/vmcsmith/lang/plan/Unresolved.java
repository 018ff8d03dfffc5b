// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;

/** Tells names that mean nothing, which linking has reported already, from real mistakes. */
final class Unresolved {
    private Unresolved() {
    }

    /** Whether something in the object refers to nothing, or the object is incomplete. */
    static boolean in(EObject object) {
        for (EReference reference : object.eClass().getEAllReferences()) {
            Object value = object.eGet(reference);
            if (!reference.isContainment() && value instanceof EObject target && target.eIsProxy()) {
                return true;
            }
            if (reference.isContainment() && !reference.isMany() && (value == null || in((EObject) value))) {
                return true;
            }
        }
        return false;
    }
}
