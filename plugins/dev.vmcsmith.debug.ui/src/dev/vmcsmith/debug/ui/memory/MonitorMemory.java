// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.memory;

import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.model.MachineTarget;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IMemoryBlockExtension;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.debug.ui.memory.IMemoryRendering;
import org.eclipse.debug.ui.memory.IMemoryRenderingContainer;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.debug.ui.memory.IMemoryRenderingType;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.statushandlers.StatusManager;

/** Adds a memory monitor and shows it in the Memory view in the platform's default renderings. */
public final class MonitorMemory {

    private MonitorMemory() {
    }

    /** Shows the Memory view with memory from a place on. */
    public static void show(IWorkbenchPage page, MachineTarget machine, MemoryPlace place) {
        try {
            IViewPart view = page.showView(IDebugUIConstants.ID_MEMORY_VIEW);
            Job job = Job.create("Monitor memory", (ICoreRunnable) monitor -> {
                IMemoryBlockExtension block = machine.getExtendedMemoryBlock(place.toString(), machine);
                DebugPlugin.getDefault().getMemoryBlockManager().addMemoryBlocks(new IMemoryBlock[] { block });
                render(view, block);
            });
            job.setUser(true);
            job.schedule();
        } catch (PartInitException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }

    private static void render(IViewPart view, IMemoryBlock block) {
        IMemoryRenderingType[] types = DebugUITools.getMemoryRenderingManager().getDefaultRenderingTypes(block);
        view.getSite().getShell().getDisplay().asyncExec(() -> {
            if (view instanceof IMemoryRenderingSite site) {
                IMemoryRenderingContainer container = site.getContainer(IDebugUIConstants.ID_RENDERING_VIEW_PANE_1);
                for (IMemoryRenderingType type : types) {
                    add(container, type, block);
                }
            }
        });
    }

    private static void add(IMemoryRenderingContainer container, IMemoryRenderingType type, IMemoryBlock block) {
        try {
            IMemoryRendering rendering = type.createRendering();
            rendering.init(container, block);
            container.addMemoryRendering(rendering);
        } catch (CoreException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }
}
