// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Box;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkPicture.Kind;
import org.eclipse.jface.resource.FontDescriptor;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.LocalResourceManager;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.ACC;
import org.eclipse.swt.accessibility.AccessibleAdapter;
import org.eclipse.swt.accessibility.AccessibleEvent;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.events.KeyEvent;
import org.eclipse.swt.events.KeyListener;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.FontData;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Canvas;
import org.eclipse.swt.widgets.Event;

/** Shows the picture of a walk: scrolls, and moves the focus from box to box with the mouse and the arrow keys. */
public final class PageWalkCanvas extends Canvas {

    private static final int ZOOM_STEP = 20;
    private static final int LEAST_ZOOM = 40;
    private static final int MOST_ZOOM = 300;

    private final ScrolledComposite scroller;
    private final LocalResourceManager resources;
    private Font plain;
    private Font bold;
    private int zoom = 100;
    private PageWalk walk;
    private PageWalkPicture picture;
    private Box selected;

    /** @param parent scrolls the canvas, which becomes its content */
    public PageWalkCanvas(ScrolledComposite parent) {
        super(parent, SWT.DOUBLE_BUFFERED);
        scroller = parent;
        resources = new LocalResourceManager(JFaceResources.getResources(), this);
        createFonts();
        parent.setContent(this);
        parent.setAlwaysShowScrollBars(false);
        addPaintListener(event -> paint(event.gc));
        addListener(SWT.MouseDown, this::mouseDown);
        addListener(SWT.FocusIn, event -> redraw());
        addListener(SWT.FocusOut, event -> redraw());
        addListener(SWT.Traverse, event -> event.doit = true);
        addListener(SWT.MouseVerticalWheel, event -> {
            if ((event.stateMask & SWT.MOD1) != 0) {
                event.doit = false;
                zoom(zoom + (event.count > 0 ? ZOOM_STEP : -ZOOM_STEP));
            }
        });
        addKeyListener(KeyListener.keyPressedAdapter(this::keyPressed));
        parent.addListener(SWT.Resize, event -> fit());
        getAccessible().addAccessibleListener(new AccessibleAdapter() {
            @Override
            public void getName(AccessibleEvent event) {
                event.result = selected != null ? selected.text() : picture == null ? "Page walk" : picture.title();
            }
        });
    }

    private void createFonts() {
        FontData data = JFaceResources.getTextFont().getFontData()[0];
        FontDescriptor text = FontDescriptor.createFrom(JFaceResources.getTextFont())
                .setHeight(Math.max(2, Math.round(data.getHeight() * zoom / 100f)));
        plain = resources.create(text);
        bold = resources.create(text.setStyle(SWT.BOLD));
        setFont(plain);
    }

    /** The size in percent. */
    public int zoom() {
        return zoom;
    }

    /** Draws larger or smaller; values out of the range are cut. */
    public void zoom(int percent) {
        zoom = Math.clamp(percent, LEAST_ZOOM, MOST_ZOOM);
        createFonts();
        Box was = selected;
        layOut();
        selected = was == null || picture == null ? null : picture.at(was.column(), was.row());
        fit();
        redraw();
    }

    void zoomIn() {
        zoom(zoom + ZOOM_STEP);
    }

    void zoomOut() {
        zoom(zoom - ZOOM_STEP);
    }

    private void layOut() {
        picture = null;
        if (walk != null) {
            GC gc = new GC(this);
            gc.setFont(bold);
            picture = PageWalkPicture.of(walk,
                    new PictureMetrics(gc.getFontMetrics().getAverageCharacterWidth(), gc.getFontMetrics().getHeight()));
            gc.dispose();
        }
    }

    /** The whole picture as pixels, as it is drawn; null when there is none. */
    public ImageData image() {
        if (picture == null) {
            return null;
        }
        Image image = new Image(getDisplay(), picture.size().x, picture.size().y);
        GC gc = new GC(image);
        PageWalkColors colors = PageWalkColors.of(this);
        gc.setBackground(colors.background());
        gc.fillRectangle(image.getBounds());
        new PageWalkPainter(colors, plain, bold).paint(gc, picture, null, false);
        gc.dispose();
        ImageData data = image.getImageData(100);
        image.dispose();
        return data;
    }

    /** Shows a walk; null shows nothing. */
    public void setWalk(PageWalk newWalk) {
        walk = newWalk;
        selected = null;
        layOut();
        if (picture != null) {
            selected = picture.boxes().stream().filter(box -> box.failing() || box.kind() == Kind.RESULT).findFirst().orElse(null);
        }
        fit();
        if (selected != null && walk.failure() != null) {
            reveal(picture.boxes().getLast().bounds());
        }
        redraw();
    }

    /** The walk that is shown; null for none. */
    public PageWalk walk() {
        return walk;
    }

    /** The picture that is shown; null for none. */
    public PageWalkPicture picture() {
        return picture;
    }

    /** The box with the keyboard focus; null for none. */
    public Box selected() {
        return selected;
    }

    private void fit() {
        Rectangle area = scroller.getClientArea();
        Point size = picture == null ? new Point(0, 0) : picture.size();
        setSize(Math.max(size.x, area.width), Math.max(size.y, area.height));
    }

    private void paint(GC gc) {
        PageWalkColors colors = PageWalkColors.of(this);
        gc.setBackground(colors.background());
        gc.fillRectangle(getClientArea());
        if (picture != null) {
            new PageWalkPainter(colors, plain, bold).paint(gc, picture, selected, isFocusControl());
        }
    }

    private void mouseDown(Event event) {
        setFocus();
        if (picture != null) {
            select(picture.at(new Point(event.x, event.y)));
        }
    }

    private void keyPressed(KeyEvent event) {
        switch (event.keyCode) {
            case SWT.ARROW_LEFT -> move(-1, 0);
            case SWT.ARROW_RIGHT -> move(1, 0);
            case SWT.ARROW_UP -> move(0, -1);
            case SWT.ARROW_DOWN -> move(0, 1);
            case SWT.PAGE_UP -> scroll(-scroller.getClientArea().height);
            case SWT.PAGE_DOWN -> scroll(scroller.getClientArea().height);
            case SWT.HOME -> selectAt(0);
            case '+', SWT.KEYPAD_ADD, '=' -> zoomIn();
            case '-', SWT.KEYPAD_SUBTRACT -> zoomOut();
            case '0', SWT.KEYPAD_0 -> zoom(100);
            case SWT.END -> selectAt(picture == null ? 0 : picture.boxes().size() - 1);
            default -> event.doit = true;
        }
    }

    private void scroll(int pixels) {
        Point origin = scroller.getOrigin();
        scroller.setOrigin(origin.x, origin.y + pixels);
    }

    private void selectAt(int index) {
        if (picture != null && !picture.boxes().isEmpty()) {
            select(picture.boxes().get(index));
        }
    }

    /** Moves to the nearest box in a direction, over gaps in the grid. */
    private void move(int columns, int rows) {
        if (picture == null || selected == null) {
            selectAt(0);
            return;
        }
        Point limit = new Point(picture.boxes().stream().mapToInt(Box::column).max().orElse(0),
                picture.boxes().stream().mapToInt(Box::row).max().orElse(0));
        int column = selected.column() + columns;
        int row = selected.row() + rows;
        while (column >= 0 && row >= 0 && column <= limit.x && row <= limit.y) {
            if (picture.at(column, row) != null) {
                select(picture.at(column, row));
                return;
            }
            column += columns;
            row += rows;
        }
    }

    private void select(Box box) {
        selected = box;
        redraw();
        if (box != null) {
            reveal(box.bounds());
            getAccessible().setFocus(ACC.CHILDID_SELF);
        }
    }

    private void reveal(Rectangle box) {
        Point origin = scroller.getOrigin();
        Rectangle area = scroller.getClientArea();
        int x = Math.min(box.x, Math.max(origin.x, box.x + box.width - area.width + 1));
        int y = Math.min(box.y, Math.max(origin.y, box.y + box.height - area.height + 1));
        scroller.setOrigin(x, y);
    }

    @Override
    public Point computeSize(int widthHint, int heightHint, boolean changed) {
        return picture == null ? super.computeSize(widthHint, heightHint, changed) : picture.size();
    }
}
