// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ide.outline.OutlineNode;
import java.util.List;
import org.eclipse.jface.viewers.ITreeContentProvider;

/** The tree of nodes. */
final class OutlineContent implements ITreeContentProvider {
    @Override
    public Object[] getElements(Object input) {
        return ((List<?>) input).toArray();
    }

    @Override
    public Object[] getChildren(Object parent) {
        return ((OutlineNode) parent).children().toArray();
    }

    @Override
    public Object getParent(Object element) {
        return null;
    }

    @Override
    public boolean hasChildren(Object element) {
        return !((OutlineNode) element).children().isEmpty();
    }
}
