// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Box;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Kind;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import org.eclipse.jface.text.IDocument;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.ImageTransfer;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.widgets.Event;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.actions.ActionFactory;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the address of a page walk comes from, and what can be done with its picture. */
class PageWalkViewTest extends WalkthroughSession {

    private PageWalkViewPart view;

    @BeforeEach
    void launch() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        view = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        expectWalk(0x10005, AddressSpace.GUEST_VIRTUAL);
    }

    @AfterEach
    void followAgain() {
        view.canvas().zoom(100);
        view.followGuestRip();
    }

    private void expectWalk(long address, AddressSpace space) {
        Workbench.until(() -> "0x" + Long.toHexString(address) + " is walked, not " + view.canvas().walk() + " " + view.explanation(),
                () -> view.explanation() == null && view.canvas().walk() != null && view.canvas().walk().address() == address
                        && view.canvas().walk().space() == space);
    }

    @Test
    void theAddressComesFromAnExitAFieldAnEditorOrTheKeyboard() throws Exception {
        VmExitsViewPart exits = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        Workbench.until("the exit is listed", () -> exits.shows(session.machine().stop().number())
                && exits.viewer().getTable().getItemCount() == 1);
        view.walk(0x5000, AddressSpace.GUEST_PHYSICAL);
        expectWalk(0x5000, AddressSpace.GUEST_PHYSICAL);
        select(exits);
        Widgets.menu(exits.viewer().getTable(), "Page Walk of Guest RIP");
        expectWalk(0x10005, AddressSpace.GUEST_VIRTUAL);
        assertTrue(!Widgets.menuItem(exits.viewer().getTable(), "Page Walk of Guest-Physical").isEnabled(), "CPUID has none");
        VmcsViewPart vmcs = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        VmcsTree tree = new VmcsTree(vmcs);
        Workbench.until("the fields are shown", () -> vmcs.explanation() == null && tree.has("Guest RSP"));
        vmcs.viewer().getTree().setSelection(tree.item("Guest RSP"));
        vmcs.viewer().getTree().notifyListeners(SWT.Selection, new Event());
        Widgets.menu(vmcs.viewer().getTree(), "Page Walk of Value");
        expectWalk(0x90000, AddressSpace.GUEST_VIRTUAL);
        ITextEditor editor = (ITextEditor) IDE.openEditor(Workbench.page(), program.source(), DebugUi.GENERIC_EDITOR);
        IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        int at = document.get().indexOf("Main at");
        editor.selectAndReveal(at, "Main".length());
        Workbench.page().activate(editor);
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(DebugUi.BUNDLE + ".walkSelection", null);
        expectWalk(0x10000, AddressSpace.GUEST_VIRTUAL);
        view.address().setText("guest.rip + 2");
        Widgets.enter(view.address());
        expectWalk(0x10007, AddressSpace.GUEST_VIRTUAL);
        view.address().setText("no_such_symbol");
        assertTrue(Widgets.menuItem(view.canvas(), "Copy as Image").isEnabled());
        Widgets.enter(view.address());
        Workbench.until("the walk is gone", () -> view.canvas().walk() == null);
        assertFalse(Widgets.menuItem(view.canvas(), "Copy as Image").isEnabled(), "there is no picture");
    }

    private static void select(VmExitsViewPart exits) {
        exits.viewer().getTable().setSelection(0);
        Event event = new Event();
        event.item = exits.viewer().getTable().getItem(0);
        exits.viewer().getTable().notifyListeners(SWT.Selection, event);
    }

    @Test
    void thePictureIsCopiedAsTextAndAsImageZoomedAndReadByKeyboard() throws Exception {
        Widgets.menu(view.canvas(), "Copy as Text");
        String text = (String) Widgets.clipboard(TextTransfer.getInstance());
        assertEquals(view.canvas().picture().text(), text);
        assertTrue(text.contains("EPT PML4E") && text.contains("0x10005"), text);
        Widgets.menu(view.canvas(), "Copy as Image");
        ImageData image = (ImageData) Widgets.clipboard(ImageTransfer.getInstance());
        assertEquals(view.canvas().picture().size().x, image.width);
        assertEquals(view.canvas().picture().size().y, image.height);
        view.getViewSite().getActionBars().getGlobalActionHandler(ActionFactory.COPY.getId()).run();
        assertEquals(text, Widgets.clipboard(TextTransfer.getInstance()), "Ctrl+C copies text");
        int width = view.canvas().picture().size().x;
        Widgets.press(view.canvas(), '+');
        assertTrue(view.canvas().picture().size().x > width);
        assertEquals(120, view.canvas().zoom());
        Widgets.press(view.canvas(), '-');
        Widgets.press(view.canvas(), '-');
        assertEquals(80, view.canvas().zoom());
        Widgets.press(view.canvas(), '0');
        assertEquals(width, view.canvas().picture().size().x);
        Widgets.press(view.canvas(), SWT.HOME);
        Box first = view.canvas().selected();
        assertEquals(view.canvas().picture().boxes().getFirst(), first);
        Widgets.press(view.canvas(), SWT.ARROW_DOWN);
        Box below = view.canvas().selected();
        assertNotEquals(first, below);
        assertEquals(Kind.EPT, below.kind());
        Widgets.press(view.canvas(), SWT.ARROW_UP);
        assertEquals(first, view.canvas().selected());
        Widgets.press(view.canvas(), SWT.END);
        assertEquals(Kind.RESULT, view.canvas().selected().kind());
    }
}
