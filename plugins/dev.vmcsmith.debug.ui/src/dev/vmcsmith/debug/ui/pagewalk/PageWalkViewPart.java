// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.context.Expression;
import dev.vmcsmith.debug.ui.context.MachineContext;
import dev.vmcsmith.debug.ui.context.MachineView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.action.Separator;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.ImageTransfer;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.IActionBars;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.actions.ActionFactory;
import org.eclipse.ui.statushandlers.StatusManager;

/** The <em>Page Walk</em> view. */
public final class PageWalkViewPart extends MachineView {

    private static final AddressSpace[] SPACES = AddressSpace.values();
    private static final MemoryAccess[] ACCESSES = MemoryAccess.values();

    private Text address;
    private Combo space;
    private Combo access;
    private Label problem;
    private final List<IAction> forPicture = new ArrayList<>();
    private PageWalkCanvas canvas;

    @Override
    protected Control createBody(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(0, 2).applyTo(body);
        createBar(body);
        ScrolledComposite scroller = new ScrolledComposite(body, SWT.H_SCROLL | SWT.V_SCROLL | SWT.BORDER);
        scroller.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        canvas = new PageWalkCanvas(scroller);
        createActions();
        return body;
    }

    private void createActions() {
        IActionBars bars = getViewSite().getActionBars();
        bars.setGlobalActionHandler(ActionFactory.COPY.getId(), new Action() {
            @Override
            public void run() {
                copy();
            }
        });
        IAction follow = new Action("Follow Guest RIP") {
            @Override
            public void run() {
                followGuestRip();
            }
        };
        follow.setToolTipText("Walk the address of the guest's next instruction at every stop");
        follow.setImageDescriptor(Icons.FOLLOW.descriptor());
        bars.getToolBarManager().add(follow);
        bars.getToolBarManager().add(action("Zoom In", Icons.ZOOM_IN.descriptor(), canvas::zoomIn));
        bars.getToolBarManager().add(action("Zoom Out", Icons.ZOOM_OUT.descriptor(), canvas::zoomOut));
        IAction copyImage = action("Copy as Image", Icons.IMAGE.descriptor(), this::copyImage);
        bars.getToolBarManager().add(copyImage);
        MenuManager menu = new MenuManager();
        menu.add(action("Copy as Text", null, this::copy));
        menu.add(copyImage);
        menu.add(new Separator());
        menu.add(action("Zoom In\t+", Icons.ZOOM_IN.descriptor(), canvas::zoomIn));
        menu.add(action("Zoom Out\t-", Icons.ZOOM_OUT.descriptor(), canvas::zoomOut));
        menu.add(action("Original Size\t0", null, () -> canvas.zoom(100)));
        canvas.setMenu(menu.createContextMenu(canvas));
    }

    /** An action that is enabled while there is a picture. */
    private IAction action(String label, ImageDescriptor image, Runnable work) {
        IAction action = new Action(label, image) {
            @Override
            public void run() {
                work.run();
            }
        };
        action.setEnabled(false);
        forPicture.add(action);
        return action;
    }

    private void draw(PageWalk walk) {
        canvas.setWalk(walk);
        forPicture.forEach(action -> action.setEnabled(walk != null));
    }

    /** Walks the guest's RIP, now and at every stop. */
    public void followGuestRip() {
        address.setText("");
        space.select(AddressSpace.GUEST_VIRTUAL.ordinal());
        access.select(MemoryAccess.EXECUTE.ordinal());
        walk();
    }

    private void createBar(Composite body) {
        Composite bar = new Composite(body, SWT.NONE);
        bar.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        GridLayoutFactory.fillDefaults().numColumns(5).margins(4, 0).applyTo(bar);
        new Label(bar, SWT.NONE).setText("Address:");
        address = new Text(bar, SWT.SEARCH | SWT.ICON_CANCEL | SWT.BORDER);
        address.setMessage("guest RIP");
        address.setToolTipText("A number, a register, a symbol or an expression of these; empty for the guest's RIP. Enter walks.");
        address.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        address.addListener(SWT.DefaultSelection, event -> walk());
        space = new Combo(bar, SWT.READ_ONLY | SWT.DROP_DOWN);
        space.setItems("guest-virtual", "guest-physical", "host-virtual");
        space.select(0);
        space.setToolTipText("What kind of address it is");
        space.addListener(SWT.Selection, event -> walk());
        access = new Combo(bar, SWT.READ_ONLY | SWT.DROP_DOWN);
        access.setItems("read", "write", "execute");
        access.select(MemoryAccess.EXECUTE.ordinal());
        access.setToolTipText("For which access it is translated");
        access.addListener(SWT.Selection, event -> walk());
        problem = new Label(bar, SWT.NONE);
        GridData hidden = new GridData(SWT.FILL, SWT.CENTER, true, false, 5, 1);
        hidden.exclude = true;
        problem.setLayoutData(hidden);
    }

    /** Walks an address. */
    public void walk(long linearOrPhysical, AddressSpace in) {
        walk(HexLong.format(linearOrPhysical), in);
    }

    /** Walks the value of an expression. */
    public void walk(String expression, AddressSpace in) {
        address.setText(expression);
        space.select(in.ordinal());
        walk();
    }

    private void walk() {
        MachineContext context = context();
        if (context.isSuspended()) {
            refresh(context);
        }
    }

    @Override
    protected void refresh(MachineContext context) {
        AddressSpace in = SPACES[space.getSelectionIndex()];
        MemoryAccess by = ACCESSES[access.getSelectionIndex()];
        CompletableFuture<PageWalk> walk = resolve(context, address.getText(), in).thenCompose(value -> context.machine()
                .request(server -> server.pageWalk(new PageWalkArguments(context.threadId(), value, in, by))));
        whenAnswered(context, walk.handle(Answer::new), this::show);
    }

    /** Nothing is the RIP of guest or hypervisor. */
    private static CompletableFuture<Long> resolve(MachineContext context, String text, AddressSpace space) {
        if (!text.isBlank()) {
            return Expression.value(context, text);
        }
        return Expression.value(context, space == AddressSpace.HOST_VIRTUAL ? "host.rip" : "guest.rip")
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        new IllegalStateException("There is no guest yet, so it has no RIP: type an address.", failure)));
    }

    /** Shows the view with the walk of an address. */
    public static void show(IWorkbenchPage page, long linearOrPhysical, AddressSpace in) {
        try {
            ((PageWalkViewPart) page.showView(DebugUi.PAGE_WALK_VIEW)).walk(linearOrPhysical, in);
        } catch (PartInitException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }

    private record Answer(PageWalk walk, Throwable failure) {
    }

    private void show(Answer answer) {
        draw(answer.walk());
        problem.setText(answer.failure() == null ? "" : MachineElement.messageOf(answer.failure()));
        GridData data = (GridData) problem.getLayoutData();
        data.exclude = answer.failure() == null;
        problem.setVisible(answer.failure() != null);
        problem.getParent().getParent().layout(true, true);
        showBody();
    }

    private void copyImage() {
        ImageData image = canvas.image();
        if (image != null) {
            Clipboard clipboard = new Clipboard(canvas.getDisplay());
            clipboard.setContents(new Object[] { image }, new Transfer[] { ImageTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    private void copy() {
        if (canvas.picture() != null) {
            Clipboard clipboard = new Clipboard(canvas.getDisplay());
            clipboard.setContents(new Object[] { canvas.picture().text() }, new Transfer[] { TextTransfer.getInstance() });
            clipboard.dispose();
        }
    }

    @Override
    protected void clear() {
        draw(null);
    }

    @Override
    protected String subject() {
        return "how it translates addresses";
    }

    /** The picture on the screen. */
    public PageWalkCanvas canvas() {
        return canvas;
    }

    /** The address field. */
    public Text address() {
        return address;
    }
}
