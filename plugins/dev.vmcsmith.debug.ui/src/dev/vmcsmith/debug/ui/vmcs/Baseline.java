// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.debug.ui.Icons;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.ActionContributionItem;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.IMenuCreator;
import org.eclipse.jface.dialogs.IInputValidator;
import org.eclipse.jface.dialogs.InputDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Menu;

/** What a VMCS is compared with: the last stop, or the instant of a VM exit that the user has chosen. */
final class Baseline {

    private final Runnable changed;
    private Long exit;

    Baseline(Runnable changed) {
        this.changed = changed;
    }

    /** The chosen exit's number; null is the last stop. */
    Long exit() {
        return exit;
    }

    /** For the heading; empty for the last stop. */
    String words() {
        return exit == null ? "" : ", changes since VM exit " + exit;
    }

    void choose(Long number) {
        exit = number;
        changed.run();
    }

    /** A button with a menu. */
    IAction action() {
        Action action = new Action("Compare With", IAction.AS_DROP_DOWN_MENU) {
            @Override
            public void run() {
                ask();
            }
        };
        action.setToolTipText("Choose the VM exit since which changes are shown");
        action.setImageDescriptor(Icons.DIFFERENCES.descriptor());
        action.setMenuCreator(new IMenuCreator() {
            private Menu menu;

            @Override
            public Menu getMenu(Control parent) {
                dispose();
                menu = new Menu(parent);
                fill(menu);
                return menu;
            }

            @Override
            public Menu getMenu(Menu parent) {
                Menu inner = new Menu(parent);
                fill(inner);
                return inner;
            }

            @Override
            public void dispose() {
                if (menu != null) {
                    menu.dispose();
                }
            }
        });
        return action;
    }

    private void fill(Menu menu) {
        Action lastStop = new Action("Last Stop", IAction.AS_RADIO_BUTTON) {
            @Override
            public void run() {
                if (isChecked()) {
                    choose(null);
                }
            }
        };
        lastStop.setChecked(exit == null);
        Action chosen = new Action(exit == null ? "VM Exit\u2026" : "VM Exit " + exit + "\u2026", IAction.AS_RADIO_BUTTON) {
            @Override
            public void run() {
                if (isChecked()) {
                    ask();
                }
            }
        };
        chosen.setChecked(exit != null);
        new ActionContributionItem(lastStop).fill(menu, -1);
        new ActionContributionItem(chosen).fill(menu, -1);
    }

    private void ask() {
        IInputValidator positive = text -> text.matches("[1-9]\\d{0,17}") ? null : "Write the number of a VM exit.";
        InputDialog dialog = new InputDialog(null, "Compare With", "Show what has changed since VM exit number:",
                exit == null ? "1" : exit.toString(), positive);
        if (dialog.open() == Window.OK) {
            choose(Long.valueOf(dialog.getValue()));
        }
    }
}
