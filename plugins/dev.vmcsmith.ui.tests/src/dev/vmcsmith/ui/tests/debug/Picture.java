// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.e4.ui.css.swt.theme.IThemeEngine;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.PlatformUI;

/** What is on the screen, kept below {@code target/screenshots}. */
public final class Picture {

    /** The platform's light theme. */
    public static final String LIGHT = "org.eclipse.e4.ui.css.theme.e4_default";

    /** The platform's dark theme. */
    public static final String DARK = "org.eclipse.e4.ui.css.theme.e4_dark";

    private static final Path FOLDER = Path.of("target/screenshots");
    private static final int STEP = 7;

    private final ImageData data;

    private Picture(ImageData data) {
        this.data = data;
    }

    /** Switches the theme and waits until everything is painted. */
    public static void theme(String id) {
        IThemeEngine engine = PlatformUI.getWorkbench().getService(IThemeEngine.class);
        if (hasTheme(id) && (engine.getActiveTheme() == null || !engine.getActiveTheme().getId().startsWith(id))) {
            engine.setTheme(id, false);
            Workbench.paint();
        }
    }

    /** Whether there is a theme; a test about it has nothing to say without. */
    public static boolean hasTheme(String id) {
        IThemeEngine engine = PlatformUI.getWorkbench().getService(IThemeEngine.class);
        return engine != null && engine.getThemes().stream().anyMatch(theme -> theme.getId().startsWith(id));
    }

    /** Takes a picture of a window when everything is painted, and saves it. */
    public static Picture of(Shell shell, String name) throws IOException {
        Workbench.paint();
        Rectangle bounds = shell.getBounds();
        Image image = new Image(shell.getDisplay(), bounds.width, bounds.height);
        GC gc = new GC(shell.getDisplay());
        gc.copyArea(image, bounds.x, bounds.y);
        gc.dispose();
        ImageData data = image.getImageData(100);
        image.dispose();
        Files.createDirectories(FOLDER);
        ImageLoader loader = new ImageLoader();
        loader.data = new ImageData[] { data };
        loader.save(FOLDER.resolve(name + ".png").toString(), SWT.IMAGE_PNG);
        return new Picture(data);
    }

    /** How many colours there are in a sample of the pixels. */
    public int colours() {
        Set<Integer> colours = new HashSet<>();
        int[] row = new int[data.width];
        for (int y = 0; y < data.height; y += STEP) {
            data.getPixels(0, y, data.width, row, 0);
            Arrays.stream(row).forEach(colours::add);
        }
        return colours.size();
    }

    /** The median brightness of a sample of the pixels, from 0 to 255: that of the ground. */
    public int brightness() {
        int[] histogram = new int[256];
        int count = 0;
        for (int y = 0; y < data.height; y += STEP) {
            for (int x = 0; x < data.width; x += STEP, count++) {
                RGB rgb = data.palette.getRGB(data.getPixel(x, y));
                histogram[(rgb.red * 3 + rgb.green * 6 + rgb.blue) / 10]++;
            }
        }
        int seen = 0;
        for (int level = 0; level < histogram.length; level++) {
            seen += histogram[level];
            if (seen * 2 >= count) {
                return level;
            }
        }
        return histogram.length - 1;
    }
}
