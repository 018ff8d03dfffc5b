// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;

/** Drives dialogs as a user does: by what is written on their widgets. */
final class Dialogs {
    private Dialogs() {
    }

    /** The visible window whose title begins like this; null when there is none. */
    static Shell titled(String start) {
        return Arrays.stream(Display.getCurrent().getShells()).filter(shell -> shell.isVisible() && shell.getText().startsWith(start))
                .findFirst().orElse(null);
    }

    /** Runs once a window has opened; for windows that block whoever opens them. */
    static void whenOpen(String title, Consumer<Shell> drive) {
        Display display = Display.getCurrent();
        display.timerExec(100, new Runnable() {
            @Override
            public void run() {
                Shell shell = titled(title);
                if (shell == null) {
                    display.timerExec(100, this);
                } else {
                    drive.accept(shell);
                }
            }
        });
    }

    static <T extends Control> T find(Shell shell, Class<T> type, Predicate<T> which) {
        return SetupEditor.widgets(shell, type).filter(widget -> widget.isVisible() && which.test(widget)).findFirst()
                .orElseThrow(() -> new AssertionError("no such " + type.getSimpleName() + " in " + shell.getText()));
    }

    /** The button with this text, whatever its mnemonic. */
    static Button button(Shell shell, String text) {
        return find(shell, Button.class, button -> plain(button.getText()).startsWith(text));
    }

    private static String plain(String text) {
        return text.replace("&", "");
    }

    static void press(Shell shell, String text) {
        Button button = button(shell, text);
        if ((button.getStyle() & (SWT.CHECK | SWT.RADIO)) != 0) {
            button.setSelection(!button.getSelection());
        }
        button.notifyListeners(SWT.Selection, new Event());
    }

    static Text text(Shell shell, String content) {
        return find(shell, Text.class, text -> text.getText().equals(content));
    }

    /** The choice that has this item. */
    static Combo combo(Shell shell, String item) {
        return find(shell, Combo.class, combo -> Arrays.asList(combo.getItems()).contains(item));
    }

    static void choose(Combo combo, String item) {
        combo.select(combo.indexOf(item));
        combo.notifyListeners(SWT.Selection, new Event());
    }

    /** The table with a column of this title. */
    static Table table(Shell shell, String column) {
        return find(shell, Table.class, table -> Arrays.stream(table.getColumns()).anyMatch(c -> c.getText().equals(column)));
    }
}
