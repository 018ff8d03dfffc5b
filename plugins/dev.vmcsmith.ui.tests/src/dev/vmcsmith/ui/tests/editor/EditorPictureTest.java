// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.ui.tests.debug.Picture;
import java.util.Arrays;
import java.util.function.Predicate;
import org.eclipse.core.resources.IMarker;
import org.eclipse.jface.text.ITextViewerExtension5;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.browser.Browser;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Takes pictures of the editor with a problem, its hover and its quick fix, in both themes; one of them is in the README. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EditorPictureTest {
    private static final String RULE = "GUEST_CS_AR_TYPE";
    private static final String FIX = "Set guest.cs.access-rights to 0x0000C09B";
    private static final int DARK_GROUND = 100;
    private static final int LIGHT_GROUND = 180;

    private SetupEditor setup;
    private Shell shell;

    @BeforeEach
    void open() throws Exception {
        var window = PlatformUI.getWorkbench().getWorkbenchWindows()[0];
        PlatformUI.getWorkbench().showPerspective("org.eclipse.ui.resourcePerspective", window);
        window.getActivePage().resetPerspective();
        shell = window.getShell();
        shell.setMaximized(true);
        shell.forceActive();
        setup = SetupEditor.open("walkthrough");
        setup.replace("cs.access-rights = 0xC09B    // 32-bit code, readable, accessed; 0xC09A would fail VM entry",
                "cs.access-rights = 0xC09A    // 32-bit code, readable");
        setup.editor.doSave(null);
        SetupEditor.waitFor("the problem", () -> setup.problems().stream().anyMatch(m -> RULE.equals(m.getAttribute(LangUi.RULE_ID, ""))));
        SetupEditor.page().showView(IPageLayout.ID_PROBLEM_VIEW);
        SetupEditor.page().activate(setup.editor);
        setup.editor.setFocus();
    }

    @AfterEach
    void close() throws Exception {
        Picture.theme(Picture.LIGHT);
        setup.close();
    }

    @Test
    @Order(1)
    void theEditorIsLegibleInTheLightTheme() throws Exception {
        take(Picture.LIGHT);
    }

    /** Last, because the platform takes a restart to leave the dark theme completely. */
    @Test
    @Order(2)
    void theEditorIsLegibleInTheDarkTheme() throws Exception {
        Assumptions.assumeTrue(Picture.hasTheme(Picture.DARK), "The platform's themes are not installed");
        take(Picture.DARK);
    }

    private void take(String theme) throws Exception {
        Picture.theme(theme);
        int offset = setup.offset("0xC09A");
        setup.editor.selectAndReveal(offset, 0);
        SetupEditor.waitFor("the problem in the view", () -> SetupEditor.visibleWidgets(Tree.class).anyMatch(
                tree -> Arrays.stream(tree.getItems()).anyMatch(item -> item.getText().startsWith("Errors"))));
        hover(offset + 2);
        SetupEditor.waitFor("the hover", () -> popup(text -> text.contains(RULE)));
        picture("editor-hover", theme);
        hover(setup.offset("// One 32-bit"));
        SetupEditor.waitFor("the hover to go", () -> !popup(text -> text.contains(RULE)));
        setup.editor.setFocus();
        setup.editor.selectAndReveal(offset + 2, 0);
        setup.run(ISourceViewer.QUICK_ASSIST);
        SetupEditor.waitFor("the fix in the popup", () -> fixes() != null);
        Table table = fixes();
        table.setSelection(Arrays.stream(table.getItems()).map(item -> item.getText()).toList().indexOf(FIX));
        table.notifyListeners(SWT.Selection, new Event());
        SetupEditor.waitFor("its preview", () -> popup(text -> text.contains("0xC09B") && text.contains("+ ")));
        picture("editor-fix", theme);
        table.getShell().close();
    }

    private void picture(String name, String theme) throws Exception {
        boolean dark = theme.equals(Picture.DARK);
        Picture picture = Picture.of(shell, name + (dark ? "-dark" : ""));
        assertTrue(dark ? picture.brightness() < DARK_GROUND : picture.brightness() > LIGHT_GROUND,
                () -> name + " has the ground of its theme, not the brightness " + picture.brightness());
    }

    /** Moves the pointer over a place of the text and lets it rest there. */
    private void hover(int offset) {
        Point place = setup.textWidget().getLocationAtOffset(widgetOffset(offset));
        Point screen = setup.textWidget().toDisplay(place.x + 2, place.y + 8);
        for (int step = 3; step >= 0; step--) {
            Event move = new Event();
            move.type = SWT.MouseMove;
            move.x = screen.x - step;
            move.y = screen.y;
            Display.getCurrent().post(move);
        }
    }

    private int widgetOffset(int offset) {
        return ((ITextViewerExtension5) setup.viewer()).modelOffset2WidgetOffset(offset);
    }

    private boolean popup(Predicate<String> content) {
        return SetupEditor.visibleWidgets(StyledText.class).anyMatch(text -> text.getShell() != shell && content.test(text.getText()))
                || SetupEditor.visibleWidgets(Browser.class).anyMatch(browser -> content.test(browser.getText()));
    }

    private static Table fixes() {
        return SetupEditor.visibleWidgets(Table.class).filter(table -> {
            for (int i = 0; i < table.getItemCount(); i++) {
                table.showItem(table.getItem(i));
            }
            return Arrays.stream(table.getItems()).anyMatch(item -> item.getText().equals(FIX));
        }).findFirst().orElse(null);
    }
}
