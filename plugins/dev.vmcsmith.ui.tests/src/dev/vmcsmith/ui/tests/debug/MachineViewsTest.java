// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.context.MachineView;
import dev.vmcsmith.debug.ui.disassembly.DisassemblyViewPart;
import dev.vmcsmith.debug.ui.ept.EptViewPart;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Kind;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.util.Arrays;
import java.util.List;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineViewsTest extends WalkthroughSession {

    @BeforeEach
    void showPerspective() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        Workbench.show(IDebugUIConstants.ID_DEBUG_VIEW, IViewPart.class);
    }

    @AfterEach
    void resetViews() throws Exception {
        Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class).filterText().setText("");
        Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class).followGuestRip();
    }

    private void launch() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
    }

    @Test
    void everyViewExplainsItselfWhenNothingIsDebugged() {
        List<MachineView> views = List.of(Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class),
                Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class),
                Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class),
                Workbench.show(DebugUi.EPT_VIEW, EptViewPart.class),
                Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class));
        for (MachineView view : views) {
            Workbench.until("the view explains itself", () -> view.explanation() != null);
            assertTrue(view.explanation().startsWith("No machine is being debugged."), view.explanation());
        }
    }

    @Test
    void theVmcsViewShowsTheFieldsByAreaAndStressesWhatChanged() throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        launch();
        Tree tree = view.viewer().getTree();
        Workbench.until("the fields are shown", () -> view.explanation() == null && find(tree, "Guest RIP") != null);
        assertTrue(tree.getItemCount() >= 4, "guest state, host state, controls, exit information");
        assertEquals("0x681E", find(tree, "Guest RIP").getText(1));
        String first = find(tree, "Guest RIP").getText(2);
        session.after(VcpuThread::resume);
        Workbench.until("another RIP is shown",
                () -> find(tree, "Guest RIP") != null && !find(tree, "Guest RIP").getText(2).equals(first));
        assertTrue(isStressed(find(tree, "Guest RIP")));
        assertTrue(!isStressed(find(tree, "Guest CS selector")));
    }

    private static boolean isStressed(TreeItem item) {
        return !item.getBackground(2).equals(item.getParent().getBackground());
    }

    @Test
    void theFilterOfTheVmcsViewKeepsWhatContainsItsWords() throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        launch();
        Tree tree = view.viewer().getTree();
        Workbench.until("the fields are shown", () -> view.explanation() == null && find(tree, "Guest RIP") != null);
        view.filterText().setText("guest cs");
        assertNotNull(find(tree, "Guest CS selector"));
        assertNull(find(tree, "Guest RIP"));
        view.filterText().setText("");
        assertNotNull(find(tree, "Guest RIP"));
    }

    private static TreeItem find(Tree tree, String field) {
        return Arrays.stream(tree.getItems()).flatMap(area -> Arrays.stream(area.getItems()))
                .filter(item -> item.getText().equals(field)).findFirst().orElse(null);
    }

    @Test
    void theVmExitsViewListsTheExitsAndSelectsTheLatest() throws Exception {
        VmExitsViewPart view = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        launch();
        Table table = view.viewer().getTable();
        for (int exits = 1; exits <= 4; exits++) {
            int expected = exits;
            Workbench.until(() -> expected + " exits are listed, not " + table.getItemCount(),
                    () -> view.explanation() == null && table.getItemCount() == expected && table.getSelectionIndex() == expected - 1);
            if (exits < 4) {
                session.after(VcpuThread::resume);
            }
        }
        assertEquals("1", table.getItem(0).getText(0));
        assertTrue(table.getItem(0).getText(3).contains("CPUID"));
        assertTrue(table.getItem(1).getText(3).contains("(28)"));
        assertTrue(table.getItem(1).getText(4).contains("CR3"), table.getItem(1).getText(4));
        assertTrue(table.getItem(2).getText(3).contains("(28)"));
        assertTrue(table.getItem(3).getText(3).contains("VMCALL"));
        assertTrue(table.getItem(0).getText(5).contains("Main"), table.getItem(0).getText(5));
    }

    @Test
    void theVmExitsViewSelectsThePresentWhenTimeIsTurnedBack() throws Exception {
        VmExitsViewPart view = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        launch();
        Table table = view.viewer().getTable();
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        Workbench.until("three exits are listed", () -> view.explanation() == null && table.getItemCount() == 3);
        session.after(vcpu -> vcpu.goToExit(2));
        Workbench.until(() -> "exit 2 is selected, not row " + table.getSelectionIndex(), () -> table.getSelectionIndex() == 1);
        assertEquals("2", table.getItem(1).getText(0));
    }

    @Test
    void thePageWalkViewDrawsTheWalkOfTheGuestsRip() throws Exception {
        PageWalkViewPart view = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        launch();
        Workbench.until(() -> "the walk is drawn: " + view.explanation(), () -> view.explanation() == null && view.canvas().walk() != null);
        PageWalkPicture picture = view.canvas().picture();
        assertEquals(4, view.canvas().walk().eptLevels());
        assertTrue(picture.boxes().stream().anyMatch(box -> box.kind() == Kind.EPT));
        assertEquals(Kind.RESULT, view.canvas().selected().kind());
        assertEquals(view.canvas().walk().address(), view.canvas().walk().physical(), "the walkthrough's EPT is an identity");
    }

    @Test
    void aWalkOfAnUnmappedAddressShowsTheFailingEntryAndTheRemedy() throws Exception {
        PageWalkViewPart view = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        launch();
        Workbench.until("the walk is drawn", () -> view.explanation() == null && view.canvas().walk() != null);
        view.walk(0x4000_0000, AddressSpace.GUEST_PHYSICAL);
        Workbench.until("the failure is drawn", () -> view.canvas().walk() != null && !view.canvas().walk().succeeded());
        assertTrue(view.canvas().picture().boxes().stream().anyMatch(box -> box.kind() == Kind.EPT && box.failing()));
        assertEquals(Kind.FAILURE, view.canvas().picture().boxes().getLast().kind());
        assertTrue(view.canvas().picture().text().contains("EPT violation"), view.canvas().picture().text());
    }

    @Test
    void theViewsAreEmptyAgainWhenTheMachineHasEnded() throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        launch();
        Workbench.until("the fields are shown", () -> view.explanation() == null);
        session.machine().terminate();
        session.awaitEnd();
        Workbench.until("the view explains itself", () -> view.explanation() != null);
        assertEquals(0, view.viewer().getTree().getItemCount());
    }
}
