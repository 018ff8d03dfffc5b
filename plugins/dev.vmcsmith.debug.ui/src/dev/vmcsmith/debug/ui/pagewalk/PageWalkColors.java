// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.widgets.Control;

/**
 * The colours of the picture, mixed from the control's own foreground and background, which follow the theme.
 *
 * @param foreground of text and frames
 * @param background of the canvas
 * @param muted of arrows
 * @param heading background of headings
 * @param ept background of EPT entries
 * @param guest background of the guest's entries
 * @param result background of the final address
 * @param failing background of a failing entry and its reason
 * @param error frame and title of a failing entry
 */
record PageWalkColors(Color foreground, Color background, Color muted, Color heading, Color ept, Color guest, Color result, Color failing,
        Color error) {

    private static final RGB BLUE = new RGB(50, 120, 220);
    private static final RGB VIOLET = new RGB(150, 90, 200);
    private static final RGB GREEN = new RGB(40, 160, 80);
    private static final RGB RED = new RGB(220, 50, 47);
    private static final RGB LIGHT_RED = new RGB(255, 130, 120);

    static PageWalkColors of(Control control) {
        RGB text = control.getForeground().getRGB();
        RGB ground = control.getBackground().getRGB();
        boolean dark = brightness(ground) < 128;
        return new PageWalkColors(new Color(text), new Color(ground), mix(ground, text, 55), mix(ground, text, 12), mix(ground, BLUE, 22),
                mix(ground, VIOLET, 22), mix(ground, GREEN, 28), mix(ground, RED, 25), new Color(dark ? LIGHT_RED : RED));
    }

    private static int brightness(RGB color) {
        return (color.red * 3 + color.green * 6 + color.blue) / 10;
    }

    private static Color mix(RGB base, RGB tint, int percent) {
        return new Color(mix(base.red, tint.red, percent), mix(base.green, tint.green, percent), mix(base.blue, tint.blue, percent));
    }

    private static int mix(int base, int tint, int percent) {
        return base + (tint - base) * percent / 100;
    }
}
