// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.disassembly.DisassemblyViewPart;
import dev.vmcsmith.debug.ui.ept.EptViewPart;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.memory.MonitorMemory;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.ui.AbstractDebugView;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Takes pictures of the debugger in both themes; {@code releng/screenshots/make.sh} puts two of them into the README. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PictureTest {

    private static final int DARK_GROUND = 100;
    private static final int LIGHT_GROUND = 180;
    private static final int COLOURS = 16;

    private Shell shell;
    private DebugSession session;

    @BeforeEach
    void arrange() throws Exception {
        var window = PlatformUI.getWorkbench().getWorkbenchWindows()[0];
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, window);
        window.getActivePage().resetPerspective();
        shell = window.getShell();
        shell.setMaximized(true);
        shell.forceActive();
    }

    @AfterEach
    void lightAgain() {
        Picture.theme(Picture.LIGHT);
    }

    private void endSession() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private static void add(MachineBreakpoint breakpoint) throws Exception {
        DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(breakpoint);
    }

    private void take(String theme, String name) throws Exception {
        Picture.theme(theme);
        boolean dark = theme.equals(Picture.DARK);
        Picture picture = Picture.of(shell, name + (dark ? "-dark" : ""));
        assertTrue(picture.colours() > COLOURS, name + " shows a window");
        assertTrue(dark ? picture.brightness() < DARK_GROUND : picture.brightness() > LIGHT_GROUND,
                () -> name + " has the ground of its theme, not the brightness " + picture.brightness());
    }

    @Test
    @Order(1)
    void theDebuggerIsLegibleInTheLightTheme() throws Exception {
        setup(Picture.LIGHT);
        hypervisor(Picture.LIGHT);
    }

    /** Last, because the platform takes a restart to leave the dark theme completely. */
    @Test
    @Order(2)
    void theDebuggerIsLegibleInTheDarkTheme() throws Exception {
        Assumptions.assumeTrue(Picture.hasTheme(Picture.DARK), "The platform's themes are not installed");
        setup(Picture.DARK);
        hypervisor(Picture.DARK);
    }

    private void setup(String theme) throws Exception {
        WalkthroughProject walkthrough = new WalkthroughProject();
        try {
            Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
            Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
            take(theme, "empty");
            session = DebugSession.launch(walkthrough.configuration(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id()),
                    ILaunchManager.DEBUG_MODE);
            session.awaitStop();
            session.after(VcpuThread::resume);
            VmcsViewPart vmcs = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
            VmExitsViewPart exits = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
            Workbench.until("the exits are listed", () -> exits.explanation() == null && exits.viewer().getTable().getItemCount() == 2);
            take(theme, "exits");
            memory(theme);
            Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
            PageWalkViewPart walk = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
            walk.followGuestRip();
            Workbench.until("the views show the stop", () -> vmcs.explanation() == null && walk.explanation() == null
                    && walk.canvas().walk() != null && Workbench.page().getActiveEditor() != null);
            take(theme, "debugger");
            walk.walk(0x4000_0000, AddressSpace.GUEST_PHYSICAL);
            vmcs.filterText().setText("access rights");
            for (TreeItem item : vmcs.viewer().getTree().getItem(0).getItems()) {
                if (item.getText().equals("Guest CS access rights")) {
                    vmcs.edit((VmcsFieldValue) item.getData(), "0xC09A");
                }
            }
            Workbench.until("the broken rule is shown", () -> !vmcs.outcome().isEmpty());
            Workbench.until("the failing walk is drawn", () -> walk.canvas().walk() != null && !walk.canvas().walk().succeeded());
            take(theme, "failing");
            vmcs.filterText().setText("");
            walk.followGuestRip();
        } finally {
            endSession();
            walkthrough.delete();
        }
    }

    /** The platform's views of memory and registers. */
    private void memory(String theme) throws Exception {
        AbstractDebugView registers = Workbench.show(IDebugUIConstants.ID_REGISTER_VIEW, AbstractDebugView.class);
        TreeViewer tree = (TreeViewer) registers.getViewer();
        Workbench.until("the registers are shown", () -> tree.getTree().getItemCount() > 0);
        tree.expandToLevel(2);
        MonitorMemory.show(Workbench.page(), session.machine(), new MemoryPlace(MemoryPlace.GUEST_PHYSICAL, "Main"));
        IMemoryRenderingSite site = (IMemoryRenderingSite) Workbench.page().findView(IDebugUIConstants.ID_MEMORY_VIEW);
        Workbench.until("the memory is shown",
                () -> site.getContainer(IDebugUIConstants.ID_RENDERING_VIEW_PANE_1).getActiveRendering() != null);
        take(theme, "memory");
        var monitors = DebugPlugin.getDefault().getMemoryBlockManager();
        monitors.removeMemoryBlocks(monitors.getMemoryBlocks());
    }

    private void hypervisor(String theme) throws Exception {
        CHypervisorProject hypervisor = new CHypervisorProject();
        try {
            add(new SetupLineBreakpoint(hypervisor.source(), hypervisor.lineOf("u32 before = total;")));
            add(new FunctionBreakpoint("on_cpuid"));
            add(new ExitBreakpoint("ept-violation", "EPT violation (48)"));
            add(new DataBreakpoint("total", 4, "write"));
            session = DebugSession.launch(hypervisor.configuration(LaunchAttributes.STOP_AT, StopAt.BREAKPOINTS.id()),
                    ILaunchManager.DEBUG_MODE);
            session.awaitStop();
            session.after(VcpuThread::resume);
            session.after(VcpuThread::resume);
            Workbench.show(IDebugUIConstants.ID_BREAKPOINT_VIEW, IViewPart.class);
            EptViewPart ept = Workbench.show(DebugUi.EPT_VIEW, EptViewPart.class);
            Workbench.until("the EPT is shown", () -> ept.explanation() == null && ept.viewer().getTable().getItemCount() > 0
                    && Workbench.page().getActiveEditor() != null);
            take(theme, "ept");
            DisassemblyViewPart code = Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class);
            VmExitsViewPart exits = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
            Workbench.until("the views show the stop", () -> code.explanation() == null && code.current() != null
                    && exits.explanation() == null);
            take(theme, "hypervisor-in-c");
            exits.showStatistics(true);
            take(theme, "statistics");
            exits.showStatistics(false);
        } finally {
            endSession();
            hypervisor.delete();
        }
    }
}
