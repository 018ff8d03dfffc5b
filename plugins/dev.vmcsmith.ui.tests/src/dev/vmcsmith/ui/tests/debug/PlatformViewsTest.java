// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.memory.MachineMemoryBlock;
import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.memory.MonitorMemory;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IWatchExpression;
import org.eclipse.debug.ui.AbstractDebugView;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.debug.ui.memory.IMemoryRendering;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.debug.ui.memory.IRepositionableMemoryRendering;
import org.eclipse.jface.viewers.TreePath;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.TableCursor;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The platform's own views of a machine: Registers, Expressions, Memory. */
class PlatformViewsTest extends WalkthroughSession {

    @BeforeEach
    void showPerspective() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        Workbench.show(IDebugUIConstants.ID_DEBUG_VIEW, IViewPart.class);
    }

    @AfterEach
    void removeMonitorsAndExpressions() {
        var monitors = DebugPlugin.getDefault().getMemoryBlockManager();
        monitors.removeMemoryBlocks(monitors.getMemoryBlocks());
        var expressions = DebugPlugin.getDefault().getExpressionManager();
        expressions.removeExpressions(expressions.getExpressions());
    }

    private static TreeItem row(Tree tree, String name) {
        return row(tree.getItems(), name);
    }

    private static TreeItem row(TreeItem[] items, String name) {
        for (TreeItem item : items) {
            if (item.getText(0).equals(name)) {
                return item;
            }
            TreeItem inside = row(item.getItems(), name);
            if (inside != null) {
                return inside;
            }
        }
        return null;
    }

    @Test
    void registersAreShownByGroupAndEditedInPlace() throws Exception {
        AbstractDebugView view = Workbench.show(IDebugUIConstants.ID_REGISTER_VIEW, AbstractDebugView.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        TreeViewer viewer = (TreeViewer) view.getViewer();
        Tree tree = viewer.getTree();
        Workbench.until("the groups are shown", () -> tree.getItemCount() > 0 && !tree.getItem(0).getText(0).isEmpty());
        Workbench.settle(); // the view can take a new input meanwhile, and would forget what is expanded
        viewer.expandToLevel(2);
        Workbench.until("rbx is shown", () -> row(tree, "rbx") != null && !row(tree, "rbx").getText(1).isEmpty());
        viewer.editElement(viewerPath(row(tree, "rbx")), 1);
        Text editor = Widgets.find(tree, Text.class, Text::isVisible);
        editor.setText("0x1234");
        Widgets.enter(editor);
        Workbench.until(() -> "rbx has its new value, not " + row(tree, "rbx").getText(1),
                () -> row(tree, "rbx") != null && row(tree, "rbx").getText(1).equals("0x1234"));
        var answer = session.machine().request(server -> {
            EvaluateArguments arguments = new EvaluateArguments();
            arguments.setExpression("rbx");
            arguments.setFrameId(session.top().id());
            return server.evaluate(arguments);
        });
        Workbench.until("the machine answers", answer::isDone);
        assertEquals("0x1234", answer.join().getResult());
    }

    private static TreePath viewerPath(TreeItem item) {
        List<Object> segments = new ArrayList<>();
        for (TreeItem at = item; at != null; at = at.getParentItem()) {
            segments.add(0, at.getData());
        }
        return new TreePath(segments.toArray());
    }

    @Test
    void watchExpressionsFollowTheSelectedFrame() throws Exception {
        AbstractDebugView view = Workbench.show(IDebugUIConstants.ID_EXPRESSION_VIEW, AbstractDebugView.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        IWatchExpression rip = DebugPlugin.getDefault().getExpressionManager().newWatchExpression("guest.rip + 2");
        IWatchExpression wrong = DebugPlugin.getDefault().getExpressionManager().newWatchExpression("no_such_thing");
        DebugPlugin.getDefault().getExpressionManager().addExpression(rip);
        DebugPlugin.getDefault().getExpressionManager().addExpression(wrong);
        Tree tree = ((TreeViewer) view.getViewer()).getTree();
        Workbench.until(() -> "the value is shown: " + texts(tree), () -> texts(tree).contains("0x10007"));
        Workbench.until(() -> "the error is told: " + texts(tree), () -> wrong.hasErrors()
                && String.join(" ", wrong.getErrorMessages()).contains("no_such_thing"));
        session.after(VcpuThread::resume);
        Workbench.until(() -> "it follows: " + texts(tree), () -> texts(tree).contains("0x10009"));
    }

    private static String texts(Tree tree) {
        StringBuilder text = new StringBuilder();
        for (TreeItem item : tree.getItems()) {
            for (int column = 0; column < Math.max(1, tree.getColumnCount()); column++) {
                text.append(item.getText(column)).append(' ');
            }
        }
        return text.toString();
    }

    private IMemoryRendering monitor(String space, String expression) {
        MemoryPlace place = new MemoryPlace(space, expression);
        MonitorMemory.show(Workbench.page(), session.machine(), place);
        Workbench.until("a rendering of it is shown", () -> rendering() instanceof IRepositionableMemoryRendering at
                && rendering().getMemoryBlock() instanceof MachineMemoryBlock block && block.place().equals(place)
                && at.getSelectedAddress() != null && at.getSelectedAsBytes().length > 0);
        return rendering();
    }

    private static IMemoryRendering rendering() {
        IMemoryRenderingSite site = (IMemoryRenderingSite) Workbench.page().findView(IDebugUIConstants.ID_MEMORY_VIEW);
        return site.getContainer(IDebugUIConstants.ID_RENDERING_VIEW_PANE_1).getActiveRendering();
    }

    private static String selected(IMemoryRendering rendering) {
        var bytes = ((IRepositionableMemoryRendering) rendering).getSelectedAsBytes();
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i].getValue();
        }
        return HexFormat.of().formatHex(values);
    }

    @Test
    void memoryOfAllAddressSpacesIsShownTypedOverAndWalked() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        for (String space : new String[] { MemoryPlace.GUEST_VIRTUAL, MemoryPlace.GUEST_PHYSICAL, MemoryPlace.HOST_PHYSICAL }) {
            IMemoryRendering rendering = monitor(space, "Main");
            Workbench.until(() -> space + " shows the guest's code: " + selected(rendering), () -> selected(rendering).equals("b8010000"));
            removeMonitorsAndExpressions();
        }
        IMemoryRendering stack = monitor(MemoryPlace.GUEST_PHYSICAL, "0x90000");
        type(stack, "DEADBEEF");
        Workbench.until(() -> "the memory is what was typed: " + physical(), () -> physical().equals("deadbeef"));
        Workbench.until(() -> "the rendering shows it: " + selected(stack), () -> selected(stack).equals("deadbeef"));
        Workbench.page().activate(Workbench.page().findView(IDebugUIConstants.ID_MEMORY_VIEW));
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(DebugUi.BUNDLE + ".walkSelection", null);
        PageWalkViewPart walk = (PageWalkViewPart) Workbench.page().findView(DebugUi.PAGE_WALK_VIEW);
        Workbench.until("the selected byte is walked", () -> walk.canvas().walk() != null && walk.canvas().walk().address() == 0x90000);
        assertEquals(AddressSpace.GUEST_PHYSICAL, walk.canvas().walk().space());
        walk.followGuestRip();
    }

    /** Four bytes of the guest's stack in the machine's memory: the walkthrough's EPT is an identity. */
    private String physical() {
        try {
            IMemoryBlock block = session.machine().getExtendedMemoryBlock("host-physical:0x90000", session.top());
            return HexFormat.of().formatHex(block.getBytes(), 0, 4);
        } catch (DebugException e) {
            throw new AssertionError(e);
        }
    }

    /** Types over the selected cell. */
    private static void type(IMemoryRendering rendering, String digits) {
        TableCursor cursor = Widgets.find(rendering.getControl(), TableCursor.class, TableCursor::isVisible);
        Event key = new Event();
        key.character = digits.charAt(0);
        key.keyCode = Character.toLowerCase(digits.charAt(0));
        key.doit = true;
        cursor.notifyListeners(SWT.KeyDown, key);
        Text editor = Widgets.find(rendering.getControl(), Text.class, text -> text.getParent() instanceof Table && text.isVisible());
        editor.setText(digits);
        Widgets.enter(editor);
    }
}
