// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import java.util.function.Function;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TableViewer;
import org.eclipse.ui.IWorkbenchPartSite;

/** Shows the page walk of an address of the selected exit; enabled when the exit has that address. */
final class WalkAction extends Action {

    private final TableViewer viewer;
    private final IWorkbenchPartSite site;
    private final AddressSpace space;
    private final Function<ExitRecord, Long> address;

    WalkAction(String text, TableViewer viewer, IWorkbenchPartSite site, AddressSpace space, Function<ExitRecord, Long> address) {
        super(text, Icons.PAGEWALK.descriptor());
        this.viewer = viewer;
        this.site = site;
        this.space = space;
        this.address = address;
        viewer.addSelectionChangedListener(event -> setEnabled(selected() != null));
    }

    private Long selected() {
        return viewer.getStructuredSelection().getFirstElement() instanceof ExitRecord exit ? address.apply(exit) : null;
    }

    @Override
    public void run() {
        Long value = selected();
        if (value != null) {
            PageWalkViewPart.show(site.getPage(), value, space);
        }
    }
}
