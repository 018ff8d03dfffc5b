// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.ept.EptViewPart;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Table;
import org.junit.jupiter.api.Test;

/** Views of a machine with several VMCSs and EPTs. */
class SeveralVmcsTest extends ProgramSession<TwoGuestsProject> {

    @Override
    TwoGuestsProject create() throws Exception {
        return new TwoGuestsProject();
    }

    @Test
    void aVmcsThatIsNotCurrentIsShownEditedAndHeldAgainstTheRules() throws Exception {
        VmcsTree tree = launchWithVmcs(StopAt.EVERY_EXIT, "Guest RIP");
        VmcsViewPart view = tree.view();
        assertEquals("0x0000000000010000", tree.value("Guest RIP"));
        Combo chooser = Widgets.find(view.viewer().getTree().getParent(), Combo.class, combo -> true);
        assertTrue(chooser.isVisible(), "there are two");
        assertEquals(3, chooser.getItemCount(), "the current one, and each by its address");
        assertTrue(chooser.getItem(1).endsWith(", current") != chooser.getItem(2).endsWith(", current"));
        Widgets.choose(chooser, "Other");
        Workbench.until("the other is shown", () -> tree.value("Guest RIP").equals("0x0000000000020000"));
        assertEquals("", view.outcome());
        view.edit(tree.field("Guest CS access rights"), "0xC09A");
        Workbench.until("the rule is shown beside the field", () -> tree.rules("Guest CS access rights").contains("The type of guest CS"));
        assertTrue(view.outcome().contains("VM entry would fail"), view.outcome());
        Widgets.choose(chooser, "current VMCS");
        Workbench.until("the current one is not broken", () -> tree.value("Guest RIP").equals("0x0000000000010000")
                && view.outcome().isEmpty());
        assertEquals("0x0000c09b", tree.value("Guest CS access rights"));
        session.vcpu().resume();
        Workbench.until(() -> "the entry to the other fails: " + session.console(),
                () -> session.console().contains("GUEST_CS_AR_TYPE"));
    }

    @Test
    void theChosenVmcsStaysWhileTheGuestsSwitch() throws Exception {
        VmcsTree tree = launchWithVmcs(StopAt.EVERY_EXIT, "Guest RIP");
        VmcsViewPart view = tree.view();
        Combo chooser = Widgets.find(view.viewer().getTree().getParent(), Combo.class, combo -> true);
        Widgets.choose(chooser, "vmcs_region, current");
        session.after(VcpuThread::resume);
        Workbench.until("it is the first guest's still, behind its CPUID", () -> view.shows(session.machine().stop().number())
                && tree.value("Guest RIP").equals("0x0000000000010002"));
        Widgets.choose(chooser, "current VMCS");
        Workbench.until("the current one is the second guest's", () -> tree.value("Guest RIP").equals("0x0000000000020005"));
    }

    @Test
    void twoEptsAreComparedAndADifferenceIsWalked() throws Exception {
        EptViewPart view = Workbench.show(DebugUi.EPT_VIEW, EptViewPart.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        Table table = view.viewer().getTable();
        Workbench.until(() -> "the map is shown: " + view.explanation(), () -> view.explanation() == null && table.getItemCount() == 1);
        assertEquals("0x0 .. 0xffffff", table.getItem(0).getText(0));
        Combo shown = Widgets.all(table.getParent(), Combo.class).get(0);
        Combo other = Widgets.all(table.getParent(), Combo.class).get(1);
        Widgets.choose(shown, "Other");
        Workbench.until("the other's map is shown", () -> table.getItemCount() == 1
                && table.getItem(0).getText(0).equals("0x0 .. 0x3fffff"));
        assertEquals("r-x", table.getItem(0).getText(3));
        Widgets.choose(other, "(vmcs_region)");
        Workbench.until(() -> "two differences are shown, not " + table.getItemCount(), () -> table.getItemCount() == 2);
        assertEquals("rwx \u2192 r-x", table.getItem(0).getText(3));
        assertEquals("changed", table.getItem(0).getText(6));
        assertEquals("0x400000 .. 0xffffff", table.getItem(1).getText(0));
        assertEquals("removed", table.getItem(1).getText(6));
        Widgets.open(table, 1);
        PageWalkViewPart walk = (PageWalkViewPart) Workbench.page().findView(DebugUi.PAGE_WALK_VIEW);
        Workbench.until("the walk is drawn", () -> walk.canvas().walk() != null && walk.canvas().walk().address() == 0x400000);
        assertEquals(AddressSpace.GUEST_PHYSICAL, walk.canvas().walk().space());
        Widgets.choose(other, "nothing");
        Widgets.choose(shown, "the one in use");
        Workbench.until("the map in use is shown again", () -> table.getItemCount() == 1
                && table.getItem(0).getText(0).equals("0x0 .. 0xffffff"));
        assertFalse(session.machine().isTerminated());
        walk.followGuestRip();
    }
}
