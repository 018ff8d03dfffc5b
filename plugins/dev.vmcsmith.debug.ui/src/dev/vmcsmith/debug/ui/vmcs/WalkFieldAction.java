// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import java.util.Locale;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.ui.IWorkbenchPartSite;

/** Walks the address in the selected field: in the host's paging for host state, guest-physical for what the SDM calls so. */
final class WalkFieldAction extends Action {

    private final TreeViewer viewer;
    private final IWorkbenchPartSite site;

    WalkFieldAction(TreeViewer viewer, IWorkbenchPartSite site) {
        super("Page Walk of Value", Icons.PAGEWALK.descriptor());
        this.viewer = viewer;
        this.site = site;
        setEnabled(false);
        viewer.addSelectionChangedListener(event -> setEnabled(selected() != null && selected().width() == Long.SIZE));
    }

    private VmcsFieldValue selected() {
        return viewer.getStructuredSelection().getFirstElement() instanceof VmcsFieldValue field ? field : null;
    }

    @Override
    public void run() {
        VmcsFieldValue field = selected();
        if (field != null) {
            PageWalkViewPart.show(site.getPage(), field.value(), spaceOf(field));
        }
    }

    private static AddressSpace spaceOf(VmcsFieldValue field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        if (name.startsWith("host")) {
            return AddressSpace.HOST_VIRTUAL;
        }
        return name.contains("guest-physical") || name.contains("cr3") || name.contains("pdpte") ? AddressSpace.GUEST_PHYSICAL
                : AddressSpace.GUEST_VIRTUAL;
    }
}
