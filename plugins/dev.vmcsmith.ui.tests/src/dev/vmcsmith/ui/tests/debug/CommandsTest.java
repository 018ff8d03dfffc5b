// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.disassembly.DisassemblyViewPart;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.jface.bindings.keys.KeySequence;
import org.eclipse.jface.bindings.keys.ParseException;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.ToolBar;
import org.eclipse.swt.widgets.ToolItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.keys.IBindingService;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that move a machine through time: keys, buttons, and when they are enabled. */
class CommandsTest extends WalkthroughSession {

    private static final String STEP_BACK = DebugUi.BUNDLE + ".stepBack";
    private static final String REVERSE_RESUME = DebugUi.BUNDLE + ".reverseResume";
    private static final String NEXT_EXIT = DebugUi.BUNDLE + ".nextExit";
    private static final String NEXT_ENTRY = DebugUi.BUNDLE + ".nextEntry";
    private static final String PREVIOUS_EXIT = DebugUi.BUNDLE + ".previousExit";
    private static final List<String> FORWARDS = List.of(NEXT_EXIT, NEXT_ENTRY);
    private static final List<String> BACKWARDS = List.of(STEP_BACK, REVERSE_RESUME);
    private static final List<String> BUTTONS = List.of("Reverse Resume", "Step Back", "Step to Next VM Exit");

    @BeforeEach
    void showPerspective() throws Exception {
        PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, PlatformUI.getWorkbench().getWorkbenchWindows()[0]);
        Workbench.show(IDebugUIConstants.ID_DEBUG_VIEW, IViewPart.class);
    }

    private static boolean isEnabled(String command) {
        return PlatformUI.getWorkbench().getService(ICommandService.class).getCommand(command).isEnabled();
    }

    private static ToolItem button(String name) {
        Shell window = PlatformUI.getWorkbench().getWorkbenchWindows()[0].getShell();
        return Widgets.all(window, ToolBar.class).stream().flatMap(bar -> Arrays.stream(bar.getItems()))
                .filter(item -> item.getToolTipText() != null && item.getToolTipText().startsWith(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no button " + name));
    }

    private static void execute(String command) throws Exception {
        Workbench.until(command + " is enabled", () -> isEnabled(command));
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(command, null);
    }

    private static void expect(String when, boolean forwards, boolean backwards, boolean previousExit) {
        Workbench.until(() -> when + ": " + FORWARDS + " " + forwards + ", " + BACKWARDS + " " + backwards + ", previous exit "
                + previousExit + ", not " + isEnabled(NEXT_EXIT) + isEnabled(NEXT_ENTRY) + isEnabled(STEP_BACK) + isEnabled(REVERSE_RESUME)
                + isEnabled(PREVIOUS_EXIT), () -> FORWARDS.stream().allMatch(command -> isEnabled(command) == forwards)
                        && BACKWARDS.stream().allMatch(command -> isEnabled(command) == backwards)
                        && isEnabled(PREVIOUS_EXIT) == previousExit && button("Step to Next VM Exit").isEnabled() == forwards
                        && button("Step Back").isEnabled() == backwards && button("Reverse Resume").isEnabled() == backwards);
    }

    @Test
    void theyAreEnabledOnlyWhenTheyCanWork() throws Exception {
        expect("without a machine", false, false, false);
        launch(StopAt.ENTRY);
        session.awaitStop();
        expect("at the start", true, false, false);
        execute(NEXT_EXIT);
        assertTrue(session.awaitStop().text().startsWith("VM exit 1:"));
        expect("at the first VM exit", true, true, false);
        execute(NEXT_ENTRY);
        session.awaitStop();
        assertTrue(session.top().isGuest());
        expect("in the guest behind it", true, true, true);
        execute(PREVIOUS_EXIT);
        assertTrue(session.awaitStop().text().startsWith("VM exit 1:"));
        execute(STEP_BACK);
        session.awaitStop();
        expectLine("cpuid                        // CPUID always");
        execute(REVERSE_RESUME);
        session.awaitStop();
        assertEquals(0, session.machine().stop().instant().instructions(), "nothing stops it before the start");
        expect("at the start again", true, false, false);
        session.machine().terminate();
        session.awaitEnd();
        expect("at the end", false, false, false);
    }

    @Test
    void theyHaveKeysAndButtonsWithADropDown() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        expectKey(NEXT_EXIT, "M1+M2+F6");
        expectKey(NEXT_ENTRY, "M1+M2+F7");
        expectKey(PREVIOUS_EXIT, "M1+M2+F5");
        expectKey(STEP_BACK, "M2+F6");
        expectKey(REVERSE_RESUME, "M2+F8");
        for (String name : BUTTONS) {
            assertTrue(button(name).getImage() != null, name);
        }
        assertEquals(SWT.DROP_DOWN, button("Step to Next VM Exit").getStyle() & SWT.DROP_DOWN);
    }

    private static void expectKey(String command, String key) throws ParseException {
        KeySequence expected = KeySequence.getInstance(key);
        IBindingService bindings = PlatformUI.getWorkbench().getService(IBindingService.class);
        Workbench.until(() -> command + " has the key " + expected + ", not " + Arrays.toString(bindings.getActiveBindingsFor(command)),
                () -> Arrays.asList(bindings.getActiveBindingsFor(command)).contains(expected));
    }

    @Test
    void thePlatformsRunToLineAndRunToInstructionReachTheirGoals() throws Exception {
        launch(StopAt.ENTRY);
        session.awaitStop();
        ITextEditor editor = (ITextEditor) IDE.openEditor(Workbench.page(), program.source(), DebugUi.GENERIC_EDITOR);
        var document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        editor.selectAndReveal(document.getLineOffset(program.lineOf("mov   cr3, ecx") - 1), 0);
        editor.setFocus();
        String command = "org.eclipse.debug.ui.commands.RunToLine";
        execute(command);
        session.awaitStop();
        expectLine("mov   cr3, ecx");
        session.after(vcpu -> vcpu.goToExit(1));
        DisassemblyViewPart view = Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class);
        view.show("guest-virtual:Main");
        Table table = view.viewer().getTable();
        Workbench.until("the guest's code is shown", () -> row(table, "mov eax, 0x535654") >= 0);
        select(view, row(table, "mov eax, 0x535654"));
        Widgets.menu(table, "Run to Instruction");
        session.awaitStop();
        expectLine("mov   eax, STOP");
        view.show("");
    }

    private static int row(Table table, String instruction) {
        for (int i = 0; i < table.getItemCount(); i++) {
            if (table.getItem(i).getText(3).replaceAll(" +", " ").startsWith(instruction)) {
                return i;
            }
        }
        return -1;
    }

    private static void select(DisassemblyViewPart view, int row) {
        view.viewer().getTable().setSelection(row);
    }

    @Test
    void theDisassemblyExplainsWhyAnInstructionExitsOrNot() throws Exception {
        DisassemblyViewPart view = Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        view.show("guest-virtual:Main");
        Table table = view.viewer().getTable();
        Workbench.until("the guest's code is shown", () -> row(table, "mov cr3, ecx") >= 0);
        expectExplanation(view, "mov cr3, ecx", "exits", "cr3-load-exiting");
        expectExplanation(view, "mov eax, 1", "cannot exit by itself", "");
        view.show("");
    }

    private static void expectExplanation(DisassemblyViewPart view, String instruction, String verdict, String cause) {
        select(view, row(view.viewer().getTable(), instruction));
        Widgets.withDialog(() -> Widgets.menu(view.viewer().getTable(), "Why Does It Exit?"), instruction.split(" ")[0], shell -> {
            String text = Widgets.all(shell, Label.class).stream().map(Label::getText).collect(Collectors.joining("\n"));
            assertTrue(text.contains(verdict) && text.contains(cause), text);
            Widgets.click(shell, "OK");
        });
    }
}
