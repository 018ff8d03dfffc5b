// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.Setup;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;

/**
 * Where a problem is.
 *
 * @param object the innermost element that the marked text belongs to
 */
record Place(Setup setup, EObject object, int offset, int length) {
    /** The element of this kind around the problem, null when there is none. */
    <T extends EObject> T around(Class<T> type) {
        return object == null ? null : EcoreUtil2.getContainerOfType(object, type);
    }

    /** Whether an element is written in this file. */
    boolean holds(EObject element) {
        return element != null && element.eResource() == setup.eResource();
    }
}
