// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.references;

import dev.vmcsmith.lang.ide.edit.Nodes;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.util.ITextRegion;

/**
 * Something that a setup defines and names can stand for, the same however often its file is parsed.
 *
 * @param offset of its name where it is defined, with its length
 */
public record Target(URI file, int offset, int length, String name) {
    /** Null for what has no name in any file. */
    static Target of(EObject object) {
        ITextRegion region = object == null || object.eIsProxy() || object.eResource() == null ? null : Nodes.name(object);
        return region == null ? null : new Target(object.eResource().getURI(), region.getOffset(), region.getLength(),
                String.valueOf(object.eGet(object.eClass().getEStructuralFeature("name"))));
    }
}
