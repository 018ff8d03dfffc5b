// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.exits;

import dev.vmcsmith.dap.protocol.ExitTimeline;
import dev.vmcsmith.dap.protocol.ExitTimeline.Bucket;
import dev.vmcsmith.vmx.ExitReason;
import java.util.function.LongConsumer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleAdapter;
import org.eclipse.swt.accessibility.AccessibleEvent;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Canvas;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;

/**
 * VM exits over virtual time: a bar per stretch, as high as exits are dense in it, in the colour of its most frequent reason; a line marks
 * the present. A click selects the first exit of a stretch, a double click goes there; the arrow keys move from stretch to stretch.
 */
final class TimelineStrip extends Canvas {

    /** How many stretches are drawn. */
    static final int BUCKETS = 240;

    private static final int HEIGHT = 34;
    /** Degrees between the colours of neighbouring reasons: keeps the frequent ones apart. */
    private static final float ANGLE = 97;

    private final LongConsumer select;
    private final LongConsumer goTo;
    private ExitTimeline timeline;
    private long present;
    private int focus = -1;

    /** The consumers get the number of an exit. */
    TimelineStrip(Composite parent, LongConsumer select, LongConsumer goTo) {
        super(parent, SWT.DOUBLE_BUFFERED);
        this.select = select;
        this.goTo = goTo;
        addPaintListener(event -> paint(event.gc));
        addListener(SWT.MouseDown, event -> choose(bucketAt(event.x), select));
        addListener(SWT.MouseDoubleClick, event -> choose(bucketAt(event.x), goTo));
        addListener(SWT.MouseMove, event -> setToolTipText(describe(bucketAt(event.x))));
        addListener(SWT.FocusIn, event -> redraw());
        addListener(SWT.FocusOut, event -> redraw());
        addListener(SWT.Traverse, event -> event.doit = true);
        addListener(SWT.KeyDown, this::keyDown);
        getAccessible().addAccessibleListener(new AccessibleAdapter() {
            @Override
            public void getName(AccessibleEvent event) {
                event.result = focus < 0 ? "VM exits over virtual time" : describe(focus);
            }
        });
    }

    /**
     * Shows a timeline.
     *
     * @param instructions the present in virtual time
     */
    void show(ExitTimeline newTimeline, long instructions) {
        timeline = newTimeline;
        present = instructions;
        redraw();
    }

    /** The timeline that is shown; null for none. */
    ExitTimeline timeline() {
        return timeline;
    }

    private void keyDown(Event event) {
        switch (event.keyCode) {
            case SWT.ARROW_RIGHT -> move(1);
            case SWT.ARROW_LEFT -> move(-1);
            case SWT.CR -> choose(focus, goTo);
            default -> event.doit = true;
        }
    }

    private void move(int step) {
        int count = timeline == null ? 0 : timeline.buckets().size();
        for (int i = focus + step; i >= 0 && i < count; i += step) {
            if (timeline.buckets().get(i).count() > 0) {
                focus = i;
                choose(i, select);
                redraw();
                return;
            }
        }
    }

    private int bucketAt(int x) {
        int width = getClientArea().width;
        int count = timeline == null ? 0 : timeline.buckets().size();
        return count == 0 || width == 0 ? -1 : Math.clamp((long) x * count / width, -1, count - 1);
    }

    private void choose(int bucket, LongConsumer consumer) {
        if (bucket >= 0 && timeline != null && bucket < timeline.buckets().size() && timeline.buckets().get(bucket).count() > 0) {
            focus = bucket;
            consumer.accept(timeline.buckets().get(bucket).firstExit());
            redraw();
        }
    }

    private String describe(int index) {
        if (timeline == null || index < 0 || index >= timeline.buckets().size()) {
            return null;
        }
        Bucket bucket = timeline.buckets().get(index);
        long from = timeline.firstInstruction() + index * timeline.bucketInstructions();
        String when = "instructions " + from + " to " + (from + timeline.bucketInstructions() - 1);
        return bucket.count() == 0 ? "no VM exit, " + when
                : bucket.count() + (bucket.count() == 1 ? " VM exit, " : " VM exits, mostly ") + nameOf(bucket.reason()) + ", " + when
                        + ", from VM exit " + bucket.firstExit() + " on";
    }

    private static String nameOf(int reason) {
        ExitReason known = ExitReason.of(reason);
        return known == null ? "reason " + reason : known.sdmName();
    }

    private void paint(GC gc) {
        Rectangle area = getClientArea();
        gc.setBackground(getBackground());
        gc.fillRectangle(area);
        if (timeline == null || timeline.buckets().isEmpty()) {
            return;
        }
        int count = timeline.buckets().size();
        int most = timeline.buckets().stream().mapToInt(Bucket::count).max().orElse(1);
        int base = area.height - 2;
        for (int i = 0; i < count; i++) {
            Bucket bucket = timeline.buckets().get(i);
            if (bucket.count() > 0) {
                int x = i * area.width / count;
                int width = Math.max(2, (i + 1) * area.width / count - x - 1);
                int height = Math.max(3, (int) Math.round((base - 3) * Math.log1p(bucket.count()) / Math.log1p(most)));
                gc.setBackground(color(bucket.reason()));
                gc.fillRectangle(x, base - height, width, height);
            }
        }
        gc.setForeground(getForeground());
        gc.setAlpha(90);
        gc.drawLine(0, base, area.width, base);
        gc.setAlpha(255);
        paintPresent(gc, area, count);
        if (isFocusControl()) {
            gc.drawFocus(0, 0, area.width, area.height);
        }
    }

    private void paintPresent(GC gc, Rectangle area, int count) {
        double span = (double) timeline.bucketInstructions() * count;
        int x = (int) Math.clamp((present - timeline.firstInstruction()) / span * area.width, 0, area.width - 1);
        gc.setLineWidth(1);
        gc.drawLine(x, 0, x, area.height);
        gc.setBackground(getForeground());
        gc.fillPolygon(new int[] { x - 4, 0, x + 4, 0, x, 5 });
    }

    /** Always the same colour for a reason, legible on light and dark ground. */
    static Color color(int reason) {
        return new Color(new RGB(Math.floorMod(reason, 360) * ANGLE % 360, 0.65f, 0.82f));
    }

    @Override
    public Point computeSize(int widthHint, int heightHint, boolean changed) {
        return new Point(widthHint == SWT.DEFAULT ? BUCKETS : widthHint, HEIGHT);
    }
}
