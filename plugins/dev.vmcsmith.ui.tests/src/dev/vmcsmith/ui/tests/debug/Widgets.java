// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Menu;
import org.eclipse.swt.widgets.MenuItem;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;

/** Finds widgets and does with them what a user does. */
final class Widgets {

    private static final int LOOK_AGAIN_MILLIS = 20;

    private Widgets() {
    }

    /** All controls of a type below a control, from above to below. */
    static <T extends Control> List<T> all(Control root, Class<T> type) {
        List<T> found = new ArrayList<>();
        if (type.isInstance(root)) {
            found.add(type.cast(root));
        }
        if (root instanceof Composite composite) {
            for (Control child : composite.getChildren()) {
                found.addAll(all(child, type));
            }
        }
        return found;
    }

    /** The first control of a type that fits; fails when there is none. */
    static <T extends Control> T find(Control root, Class<T> type, Predicate<T> fits) {
        return all(root, type).stream().filter(fits).findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " in " + root));
    }

    /** Chooses an item of a combo box by a part of its text. */
    static void choose(Combo combo, String text) {
        int index = Arrays.stream(combo.getItems()).filter(item -> item.contains(text)).findFirst().map(combo::indexOf)
                .orElseThrow(() -> new AssertionError(text + " is none of " + Arrays.toString(combo.getItems())));
        combo.select(index);
        combo.notifyListeners(SWT.Selection, new Event());
    }

    /** Presses Enter in a text field, or selects by Enter. */
    static void enter(Control control) {
        control.notifyListeners(SWT.DefaultSelection, new Event());
    }

    /** Presses a key. */
    static void press(Control control, int keyCode) {
        Event event = new Event();
        event.keyCode = keyCode;
        event.character = keyCode < SWT.KEYCODE_BIT ? (char) keyCode : 0;
        event.doit = true;
        control.notifyListeners(SWT.KeyDown, event);
    }

    /** Clicks on a button. */
    static void click(Button button) {
        if ((button.getStyle() & SWT.CHECK) != 0) {
            button.setSelection(!button.getSelection());
        }
        button.notifyListeners(SWT.Selection, new Event());
    }

    /** Clicks on a button by its text without the mnemonic. */
    static void click(Shell shell, String text) {
        click(find(shell, Button.class, button -> button.getText().replace("&", "").equals(text)));
    }

    /** Double-clicks on a row. */
    static void open(Table table, int row) {
        table.setSelection(row);
        Event event = new Event();
        event.item = table.getItem(row);
        table.notifyListeners(SWT.Selection, event);
        table.notifyListeners(SWT.DefaultSelection, event);
        table.notifyListeners(SWT.MouseDoubleClick, event);
    }

    /** Chooses from the context menu of a control by the beginning of a text; fails when the item is missing or disabled. */
    static void menu(Control control, String text) {
        MenuItem item = menuItem(control, text);
        if (!item.isEnabled()) {
            throw new AssertionError(text + " is disabled");
        }
        item.notifyListeners(SWT.Selection, new Event());
    }

    /** An item of the context menu of a control by the beginning of its text. */
    static MenuItem menuItem(Control control, String text) {
        Menu menu = control.getMenu();
        menu.notifyListeners(SWT.Show, new Event());
        List<MenuItem> items = List.of(menu.getItems());
        return items.stream().filter(item -> item.getText().replace("&", "").startsWith(text)).findFirst()
                .orElseThrow(() -> new AssertionError(text + " is none of " + items.stream().map(MenuItem::getText).toList()));
    }

    /** What is on the clipboard in a form; null for nothing. */
    static Object clipboard(Transfer form) {
        Clipboard clipboard = new Clipboard(Display.getCurrent());
        try {
            return clipboard.getContents(form);
        } finally {
            clipboard.dispose();
        }
    }

    /** The dialog that is open besides the workbench window; null for none. */
    static Shell dialog(String title) {
        return Arrays.stream(Display.getCurrent().getShells()).filter(shell -> !shell.isDisposed() && shell.isVisible())
                .filter(shell -> shell.getText().startsWith(title)).findFirst().orElse(null);
    }

    /** Opens a dialog, now or soon, and does something with it; the dialog has to be closed by that. */
    static void withDialog(Runnable open, String title, Consumer<Shell> work) {
        Throwable[] failure = new Throwable[1];
        boolean[] done = new boolean[1];
        Display display = Display.getCurrent();
        Runnable look = new Runnable() {
            @Override
            public void run() {
                Shell shell = dialog(title);
                if (shell == null) {
                    if (!done[0]) {
                        display.timerExec(LOOK_AGAIN_MILLIS, this);
                    }
                    return;
                }
                try {
                    work.accept(shell);
                } catch (Throwable e) {
                    failure[0] = e;
                    shell.close();
                } finally {
                    done[0] = true;
                }
            }
        };
        display.timerExec(LOOK_AGAIN_MILLIS, look);
        try {
            open.run();
            Workbench.until("the dialog " + title + " opens", () -> done[0]);
        } finally {
            done[0] = true;
        }
        if (failure[0] != null) {
            throw new AssertionError(title + ": " + failure[0].getMessage(), failure[0]);
        }
    }
}
