// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import org.eclipse.jface.viewers.IElementComparer;
import org.eclipse.jface.viewers.ITreeContentProvider;

/** Areas of a VMCS, and in each its fields. */
final class VmcsContent implements ITreeContentProvider {

    @Override
    public Object[] getElements(Object input) {
        return input instanceof VmcsSnapshot snapshot ? snapshot.contents().areas().toArray() : new Object[0];
    }

    @Override
    public Object[] getChildren(Object parent) {
        return parent instanceof VmcsArea area ? area.fields().toArray() : new Object[0];
    }

    @Override
    public Object getParent(Object element) {
        return null;
    }

    @Override
    public boolean hasChildren(Object element) {
        return element instanceof VmcsArea area && !area.fields().isEmpty();
    }

    /** An area or a field is the same at every stop, so expansion and selection outlive the values. */
    static final class ById implements IElementComparer {

        @Override
        public boolean equals(Object a, Object b) {
            return a == b || id(a).equals(id(b));
        }

        @Override
        public int hashCode(Object element) {
            return id(element).hashCode();
        }

        private static Object id(Object element) {
            return switch (element) {
                case VmcsArea area -> area.id();
                case VmcsFieldValue field -> field.encoding();
                default -> element;
            };
        }
    }
}
