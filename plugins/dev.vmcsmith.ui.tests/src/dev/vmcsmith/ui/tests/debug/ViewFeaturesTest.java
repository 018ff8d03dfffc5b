// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.memory.MachineMemoryBlock;
import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.disassembly.DisassemblyViewPart;
import dev.vmcsmith.debug.ui.ept.EptViewPart;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.memory.MonitorMemory;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the views can do besides showing a stop. */
class ViewFeaturesTest extends WalkthroughSession {

    @BeforeEach
    void showPerspective() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        Workbench.show(IDebugUIConstants.ID_DEBUG_VIEW, IViewPart.class);
    }

    private void launch(int exits) throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        for (int i = 1; i < exits; i++) {
            session.after(VcpuThread::resume);
        }
    }

    @Test
    void exitsAreFilteredByTextReasonAndRangeAndCounted() throws Exception {
        VmExitsViewPart view = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        launch(4);
        Table table = view.viewer().getTable();
        Workbench.until("four exits are listed", () -> view.explanation() == null && table.getItemCount() == 4);
        assertTrue(view.stretches() > 0, "the strip shows the run");
        view.filterReason(28);
        Workbench.until(() -> "two exits of reason 28: " + table.getItemCount(), () -> table.getItemCount() == 2);
        assertEquals("2", table.getItem(0).getText(0));
        view.filterReason(null);
        view.filterRange().setText("3..");
        Workbench.until("exits 3 and 4", () -> table.getItemCount() == 2 && table.getItem(0).getText(0).equals("3"));
        view.filterRange().setText("");
        view.filterText().setText("vmcall");
        Workbench.until("one VMCALL", () -> table.getItemCount() == 1 && table.getItem(0).getText(0).equals("4"));
        view.filterText().setText("");
        Workbench.until("all are listed again", () -> table.getItemCount() == 4);
        view.showStatistics(true);
        Table counts = view.statistics().getTable();
        assertEquals(3, counts.getItemCount());
        assertEquals("2", counts.getItem(0).getText(1));
        assertEquals("50.0 %", counts.getItem(0).getText(2));
        view.showStatistics(false);
    }

    @Test
    void aDoubleClickOnAnExitTakesTheWholeDebuggerThere() throws Exception {
        VmExitsViewPart view = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        launch(3);
        Table table = view.viewer().getTable();
        Workbench.until("three exits are listed", () -> view.shows(session.machine().stop().number()) && table.getItemCount() == 3);
        table.setSelection(0);
        Event event = new Event();
        event.item = table.getItem(0);
        table.notifyListeners(SWT.DefaultSelection, event);
        table.notifyListeners(SWT.MouseDoubleClick, event);
        assertTrue(session.awaitStop().text().startsWith("VM exit 1: CPUID"));
        assertEquals(program.lineOf("on Guest exit cpuid"), session.top().getLineNumber());
    }

    @Test
    void exitsAreExportedAsCsvAndAsJson() throws Exception {
        launch(4);
        Path folder = Files.createTempDirectory("vmcsmith-export");
        Path csv = folder.resolve("exits.csv");
        Path json = folder.resolve("exits.json");
        for (Path file : List.of(csv, json)) {
            session.exportExits(file);
        }
        List<String> lines = Files.readAllLines(csv);
        assertEquals(5, lines.size());
        assertTrue(lines.getFirst().startsWith("number,instructions,"));
        assertTrue(lines.get(1).startsWith("1,") && lines.get(1).contains("CPUID"), lines.get(1));
        var exits = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
        assertEquals(4, exits.size());
        assertEquals(18, exits.get(3).getAsJsonObject().get("reason").getAsInt());
    }

    @Test
    void theVmcsIsComparedWithAChosenExitAndCopiedAsSetupAndAsC() throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        launch(4);
        Workbench.until("the fields are shown", () -> view.explanation() == null && item(view, "Guest RIP") != null);
        view.compareWith(1L);
        Workbench.until("what has changed since exit 1 is stressed", () -> isStressed(item(view, "Exit reason")));
        assertFalse(isStressed(item(view, "Guest CS selector")));
        view.compareWith(null);
        String setup = view.asSetup();
        assertTrue(setup.contains("guest {") && setup.contains("    cs.access-rights = 0xC09B") && setup.contains("secondary { enable-ept"),
                setup);
        assertTrue(view.asC().contains("vmwrite(0x4816, 0xc09bULL); /* Guest CS access rights */"), view.asC());
    }

    private static boolean isStressed(TreeItem item) {
        return !item.getBackground(2).equals(item.getParent().getBackground());
    }

    private static TreeItem item(VmcsViewPart view, String field) {
        for (TreeItem area : view.viewer().getTree().getItems()) {
            for (TreeItem item : area.getItems()) {
                if (item.getText().equals(field)) {
                    return item;
                }
            }
        }
        return null;
    }

    @Test
    void theEptViewShowsMergedRangesAndTheirDifferences() throws Exception {
        EptViewPart view = Workbench.show(DebugUi.EPT_VIEW, EptViewPart.class);
        launch(2);
        Table table = view.viewer().getTable();
        Workbench.until(() -> "the map is shown: " + view.explanation(), () -> view.explanation() == null && table.getItemCount() == 1);
        assertEquals("0x0 .. 0xffffff", table.getItem(0).getText(0));
        assertEquals("0x0 (identity)", table.getItem(0).getText(2));
        assertEquals("rwx", table.getItem(0).getText(3));
        assertEquals("WB", table.getItem(0).getText(4));
        view.compareWithExit(1L);
        Workbench.until("nothing has changed", () -> table.getItemCount() == 0 && view.explanation() == null);
        takeWriteAway();
        Workbench.until(() -> "the difference is shown: " + table.getItemCount(), () -> table.getItemCount() == 1);
        assertEquals("rwx \u2192 r-x", table.getItem(0).getText(3));
        view.compareWithExit(null);
    }

    /** Clears bit 1 of the entry that maps the guest's code, where the page walk says it lies. */
    private void takeWriteAway() throws Exception {
        PageWalkViewPart walks = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        walks.walk(0x10000, AddressSpace.GUEST_PHYSICAL);
        Workbench.until("the walk is drawn", () -> walks.canvas().walk() != null && walks.canvas().walk().address() == 0x10000);
        var cell = walks.canvas().walk().steps().getLast().ept().getLast();
        IMemoryBlock entry = session.machine().getExtendedMemoryBlock(
                new MemoryPlace(MemoryPlace.HOST_PHYSICAL, HexLong.format(cell.entryAddress())).toString(), session.top());
        ((MachineMemoryBlock) entry).setValue(0, new byte[] { (byte) (cell.raw() & ~2) });
    }

    @Test
    void theDisassemblyMarksTheNextInstructionGrowsBothWaysAndTogglesBreakpoints() throws Exception {
        DisassemblyViewPart view = Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class);
        launch(1);
        session.after(VcpuThread::stepToNextEntry);
        Table table = view.viewer().getTable();
        Workbench.until(() -> "the guest's next instruction is marked: " + view.explanation(),
                () -> view.current() != null && view.current() == session.instructionPointer() && table.getSelectionCount() == 1);
        assertEquals("0x10007", table.getSelection()[0].getText(0));
        assertEquals("mov ecx, cr3", table.getSelection()[0].getText(3).replaceAll(" +", " "));
        assertEquals("walkthrough.hv:" + program.lineOf("mov   ecx, cr3"), table.getSelection()[0].getText(4));
        int before = table.getItemCount();
        view.growUp();
        Workbench.until("it grows at the beginning", () -> table.getItemCount() > before);
        int more = table.getItemCount();
        view.growDown();
        Workbench.until("it grows at the end", () -> table.getItemCount() > more);
        assertNull(view.message());
        view.show("Main");
        Workbench.until("the symbol is found", () -> table.getSelectionCount() == 1 && table.getSelection()[0].getText(2).equals("Main:"));
        Event event = new Event();
        event.item = table.getSelection()[0];
        table.notifyListeners(SWT.DefaultSelection, event);
        table.notifyListeners(SWT.MouseDoubleClick, event);
        var breakpoints = DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(session.machine().getModelIdentifier());
        assertEquals(1, breakpoints.length);
        assertEquals(0x10000, ((InstructionBreakpoint) breakpoints[0]).address());
        view.show("");
    }

    @Test
    void aPageWalkIsZoomedAndCopiedAsAnImage() throws Exception {
        PageWalkViewPart view = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        launch(1);
        Workbench.until("the walk is drawn", () -> view.explanation() == null && view.canvas().walk() != null);
        int width = view.canvas().picture().size().x;
        view.canvas().zoom(200);
        assertTrue(view.canvas().picture().size().x > width);
        ImageData image = view.canvas().image();
        assertEquals(view.canvas().picture().size().x, image.width);
        view.canvas().zoom(100);
        assertEquals(width, view.canvas().picture().size().x);
        view.walk("guest.rip + 2", AddressSpace.GUEST_VIRTUAL);
        Workbench.until("the expression is walked", () -> view.canvas().walk() != null && view.canvas().walk().address() == 0x10007);
        view.followGuestRip();
    }

    @Test
    void theMemoryViewMonitorsAnAddressSpaceInHexadecimal() throws Exception {
        launch(1);
        MonitorMemory.show(Workbench.page(), session.machine(), new MemoryPlace(MemoryPlace.GUEST_PHYSICAL, "Main"));
        IMemoryRenderingSite site = (IMemoryRenderingSite) Workbench.page().findView(IDebugUIConstants.ID_MEMORY_VIEW);
        Workbench.until("a rendering is shown",
                () -> site.getContainer(IDebugUIConstants.ID_RENDERING_VIEW_PANE_1).getActiveRendering() != null
                        && site.getContainer(IDebugUIConstants.ID_RENDERING_VIEW_PANE_1).getActiveRendering().getMemoryBlock() != null);
        IMemoryBlock[] blocks = DebugPlugin.getDefault().getMemoryBlockManager().getMemoryBlocks();
        assertEquals("guest-physical:Main", ((MachineMemoryBlock) blocks[0]).getExpression());
        assertEquals(0x10000, blocks[0].getStartAddress());
        assertEquals((byte) 0xB8, blocks[0].getBytes()[0], "the first byte of MOV EAX, 1");
        DebugPlugin.getDefault().getMemoryBlockManager().removeMemoryBlocks(blocks);
    }
}
