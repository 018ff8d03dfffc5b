// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IMarker;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableItem;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Problems view shows problems of setups alone when its filter for them is chosen. */
class ProblemsViewTest {
    private static final String FILTER = "VMCSmith Problems";
    private static final String OTHER = "a problem of something else";

    private SetupEditor setup;
    private IViewPart view;

    @BeforeEach
    void makeTwoProblems() throws Exception {
        setup = SetupEditor.open("problems-view-test");
        setup.replace("cs.access-rights = 0xC09B", "cs.access-rights = 0xC09A");
        SetupEditor.inBackground(monitor -> setup.project.createMarker(IMarker.PROBLEM,
                Map.of(IMarker.MESSAGE, OTHER, IMarker.SEVERITY, IMarker.SEVERITY_ERROR)));
        view = SetupEditor.page().showView(IPageLayout.ID_PROBLEM_VIEW);
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        SetupEditor.page().hideView(view);
        setup.close();
    }

    private static List<String> shown() {
        List<String> texts = new ArrayList<>();
        SetupEditor.visibleWidgets(Tree.class).forEach(tree -> collect(tree.getItems(), texts));
        return texts;
    }

    private static void collect(TreeItem[] items, List<String> texts) {
        for (TreeItem item : items) {
            texts.add(item.getText());
            if (item.getItemCount() > 0 && !item.getExpanded()) {
                Event expand = new Event();
                expand.item = item;
                item.getParent().notifyListeners(SWT.Expand, expand);
                item.setExpanded(true);
            }
            collect(item.getItems(), texts);
        }
    }

    private static boolean shows(String start) {
        return shown().stream().anyMatch(text -> text.startsWith(start));
    }

    /** Opens the dialog <em>Filters</em>, chooses, and closes it with its default button. */
    private void filter(boolean chosen) throws Exception {
        Display display = Display.getCurrent();
        boolean[] found = {false};
        display.timerExec(100, new Runnable() {
            @Override
            public void run() {
                Shell dialog = Arrays.stream(display.getShells()).filter(shell -> shell.isVisible() && row(shell) != null).findFirst().orElse(null);
                if (dialog == null) {
                    display.timerExec(100, this);
                    return;
                }
                found[0] = true;
                SetupEditor.widgets(dialog, Button.class).filter(button -> (button.getStyle() & SWT.CHECK) != 0 && button.isEnabled()
                        && button.getText().replace("&", "").startsWith("Show all items")).forEach(all -> select(all, !chosen));
                if (chosen) {
                    check(row(dialog));
                }
                Button ok = dialog.getDefaultButton();
                ok.notifyListeners(SWT.Selection, new Event());
            }
        });
        SetupEditor.page().activate(view);
        view.getSite().getService(IHandlerService.class).executeCommand("org.eclipse.ui.ide.configureFilters", null);
        assertTrue(found[0]);
    }

    private static TableItem row(Shell shell) {
        return SetupEditor.widgets(shell, Table.class).flatMap(table -> Arrays.stream(table.getItems()))
                .filter(item -> item.getText().equals(FILTER)).findFirst().orElse(null);
    }

    private static void select(Button button, boolean selected) {
        button.setSelection(selected);
        button.notifyListeners(SWT.Selection, new Event());
    }

    private static void check(TableItem row) {
        row.setChecked(true);
        Event checked = new Event();
        checked.item = row;
        checked.detail = SWT.CHECK;
        row.getParent().notifyListeners(SWT.Selection, checked);
    }

    @Test
    void theFilterForSetupsHidesOtherProblems() throws Exception {
        SetupEditor.waitFor("the marker", () -> !setup.problems().isEmpty());
        SetupEditor.waitFor("both problems", () -> shows("GUEST_CS_AR_TYPE: ") && shows(OTHER));
        filter(true);
        SetupEditor.waitFor("only the problem of the setup", () -> shows("GUEST_CS_AR_TYPE: ") && !shows(OTHER));
        filter(false);
        SetupEditor.waitFor("both problems again", () -> shows("GUEST_CS_AR_TYPE: ") && shows(OTHER));
    }
}
