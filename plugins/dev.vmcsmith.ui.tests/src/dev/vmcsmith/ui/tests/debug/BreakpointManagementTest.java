// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.ui.DebugUi;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.eclipse.core.commands.ParameterizedCommand;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IBreakpointManager;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.ui.AbstractDebugView;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.IDebugUIConstants;
import org.eclipse.debug.ui.actions.ExportBreakpointsOperation;
import org.eclipse.debug.ui.actions.ImportBreakpointsOperation;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Breakpoints are made in a dialog, changed on a property page, and exported and imported with the platform's own means. */
class BreakpointManagementTest extends WalkthroughSession {

    @TempDir
    Path folder;

    private static IBreakpointManager manager() {
        return DebugPlugin.getDefault().getBreakpointManager();
    }

    private static IBreakpoint[] all() {
        return manager().getBreakpoints(HypervisorDebug.MODEL);
    }

    /** Chooses from the menu of new breakpoints, and fills in the dialog that opens. @return what has been made */
    private static MachineBreakpoint make(String kind, Consumer<Shell> fillIn) {
        Set<IBreakpoint> before = Set.of(all());
        ParameterizedCommand command = ParameterizedCommand.generateCommand(PlatformUI.getWorkbench().getService(ICommandService.class)
                .getCommand(DebugUi.BUNDLE + ".newBreakpoint"), Map.of(DebugUi.BUNDLE + ".breakpointKind", kind));
        Widgets.withDialog(() -> {
            try {
                PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(command, null);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }, "New Hypervisor Breakpoint", shell -> {
            fillIn.accept(shell);
            Widgets.click(shell, "OK");
        });
        return (MachineBreakpoint) Arrays.stream(all()).filter(breakpoint -> !before.contains(breakpoint)).findFirst().orElseThrow();
    }

    private static Button ok(Shell shell) {
        return Widgets.find(shell, Button.class, button -> button.getText().equals("OK"));
    }

    private static Text text(Shell shell, String message) {
        return Widgets.find(shell, Text.class, text -> text.getMessage().contains(message));
    }

    @Test
    void theDialogMakesBreakpointsOfEveryKind() throws Exception {
        MachineBreakpoint exit = make("exit", shell -> {
            Widgets.choose(Widgets.find(shell, Combo.class, combo -> combo.getText().startsWith("CPUID")), "EPT violation");
            text(shell, "suspend only").setText("guest-physical-address == 0x5000");
            assertFalse(text(shell, "every fifth").isEnabled(), "hits of exits are not counted");
        });
        assertEquals("ept-violation", assertInstanceOf(ExitBreakpoint.class, exit).reason());
        assertEquals("guest-physical-address == 0x5000", exit.condition());
        MachineBreakpoint function = make("function", shell -> {
            assertFalse(ok(shell).isEnabled(), "there is no place yet");
            Widgets.find(shell, Text.class, text -> text.isVisible() && text.getMessage().contains("symbol")).setText("Main");
            text(shell, "every fifth").setText("twice");
            assertFalse(ok(shell).isEnabled(), "the hit count is not understood");
            text(shell, "every fifth").setText("% 2");
            assertTrue(ok(shell).isEnabled());
        });
        assertEquals("Main", assertInstanceOf(FunctionBreakpoint.class, function).symbol());
        assertEquals("% 2", function.hitCondition());
        MachineBreakpoint instruction = make("instruction", shell -> {
            Text place = Widgets.find(shell, Text.class, text -> text.isVisible() && text.getMessage().contains("0x1"));
            place.setText("Main");
            assertFalse(ok(shell).isEnabled(), "it is not an address");
            place.setText("0x1_0005");
        });
        assertEquals(0x10005, assertInstanceOf(InstructionBreakpoint.class, instruction).address());
        MachineBreakpoint field = make("field", shell -> Widgets.find(shell, Text.class, text -> text.isVisible()
                && text.getMessage().contains("guest.")).setText("guest.cr3"));
        assertEquals("guest.cr3 [write]", assertInstanceOf(DataBreakpoint.class, field).place());
        MachineBreakpoint memory = make("memory", shell -> {
            Widgets.find(shell, Text.class, text -> text.isVisible() && text.getMessage().contains("guest-physical")).setText("exits");
            Widgets.choose(Widgets.find(shell, Combo.class, combo -> combo.getText().equals("4")), "8");
            Widgets.choose(Widgets.find(shell, Combo.class, combo -> combo.getText().equals("write")), "read or write");
        });
        assertEquals("exits, 8 bytes [read or write]", memory.place());
    }

    @Test
    void thePropertyPageChangesWhatABreakpointDoes() throws Exception {
        SetupLineBreakpoint line = new SetupLineBreakpoint(program.source(), program.lineOf("mov   ecx, cr3"));
        String place = "walkthrough.hv [line: " + line.getLineNumber() + "]";
        AbstractDebugView view = view(List.of(line), List.of(place));
        properties(view, line, shell -> {
            Widgets.click(Widgets.find(shell, Button.class, button -> button.getText().equals("&Enabled")));
            text(shell, "suspend only").setText("rcx == 0");
            text(shell, "every fifth").setText(">= 2");
            text(shell, "print this").setText("CR3 is {cr3}");
        });
        assertFalse(line.isEnabled());
        assertEquals("rcx == 0", line.condition());
        assertEquals(">= 2", line.hitCondition());
        assertEquals("CR3 is {cr3}", line.logMessage());
        assertEquals(place + " [condition: rcx == 0] [hits: >= 2] [log: CR3 is {cr3}]",
                DebugUITools.newDebugModelPresentation(HypervisorDebug.MODEL).getText(line));
    }

    @Test
    void breakpointsOfEveryKindHaveThePropertyPage() throws Exception {
        List<MachineBreakpoint> breakpoints = List.of(new FunctionBreakpoint("Main"), new InstructionBreakpoint(0x10005, "cpuid"),
                new DataBreakpoint("guest.rip", 0, "readWrite"), new DataBreakpoint("guest-physical:0x5000", 8, "write"),
                new ExitBreakpoint("cpuid", "CPUID (10)"));
        AbstractDebugView view = view(breakpoints, breakpoints.stream().map(MachineBreakpoint::place).toList());
        for (MachineBreakpoint breakpoint : breakpoints) {
            properties(view, breakpoint, shell -> {
                text(shell, "suspend only").setText("rax == 1");
                assertEquals(!(breakpoint instanceof ExitBreakpoint), text(shell, "every fifth").isEnabled());
            });
            assertTrue(breakpoint.isEnabled(), breakpoint.place());
            assertEquals("rax == 1", breakpoint.condition(), breakpoint.place());
        }
    }

    /** Adds breakpoints and opens their view only then: the platform's view may miss what is added while it works. */
    private AbstractDebugView view(List<? extends MachineBreakpoint> breakpoints, List<String> texts) throws Exception {
        IViewPart open = Workbench.page().findView(IDebugUIConstants.ID_BREAKPOINT_VIEW);
        if (open != null) {
            Workbench.page().hideView(open);
        }
        for (MachineBreakpoint breakpoint : breakpoints) {
            add(breakpoint);
        }
        AbstractDebugView view = Workbench.show(IDebugUIConstants.ID_BREAKPOINT_VIEW, AbstractDebugView.class);
        Tree tree = ((TreeViewer) view.getViewer()).getTree();
        for (String text : texts) {
            Workbench.until(() -> "the view lists " + text + ": " + texts(tree), () -> texts(tree).contains(text));
        }
        return view;
    }

    /** Changes a breakpoint, selected in its view, on the property page. */
    private static void properties(AbstractDebugView view, MachineBreakpoint breakpoint, Consumer<Shell> change) {
        view.getViewer().setSelection(new StructuredSelection(breakpoint));
        Workbench.page().activate(view);
        Widgets.withDialog(() -> {
            try {
                PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(DebugUi.BUNDLE + ".breakpointProperties", null);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }, "Properties", shell -> {
            change.accept(shell);
            Widgets.click(shell, "Apply and Close");
        });
    }

    private static String texts(Tree tree) {
        return String.join("\n", Arrays.stream(tree.getItems()).map(item -> item.getText()).toList());
    }

    @Test
    void breakpointsOfEveryKindSurviveExportAndImport() throws Exception {
        SetupLineBreakpoint line = add(new SetupLineBreakpoint(program.source(), program.lineOf("mov   ecx, cr3")));
        line.setAction("rcx == 0", "3", "CR3 is {cr3}");
        add(new SetupLineBreakpoint(folder.resolve("outside.c"), 7)).setAction("", "", "here");
        add(new FunctionBreakpoint("Main")).setEnabled(false);
        add(new InstructionBreakpoint(0x10005, "cpuid"));
        add(new DataBreakpoint("guest.rip", 0, "readWrite"));
        add(new DataBreakpoint("4096", 8, "readWrite"));
        add(new DataBreakpoint("guest-physical:0x5000", 8, "write"));
        add(new ExitBreakpoint("cpuid", "CPUID (10)")).setAction("rax == 1", "", "");
        Set<String> before = described();
        assertEquals(8, before.size());
        Path file = folder.resolve("exported.bkpt");
        new ExportBreakpointsOperation(all(), file.toString()).run(new NullProgressMonitor());
        manager().removeBreakpoints(all(), true);
        assertEquals(0, all().length);
        ImportBreakpointsOperation operation = new ImportBreakpointsOperation(file.toString(), true, false);
        operation.run(new NullProgressMonitor());
        assertEquals(8, operation.getImportedBreakpoints().length);
        assertEquals(before, described());
        new ImportBreakpointsOperation(file.toString(), true, false).run(new NullProgressMonitor());
        assertEquals(before, described(), "a second time changes nothing");
        assertEquals(8, all().length);
    }

    /** Everything that a breakpoint is, one text each. */
    private static Set<String> described() throws Exception {
        Set<String> texts = new TreeSet<>();
        for (IBreakpoint breakpoint : all()) {
            MachineBreakpoint own = (MachineBreakpoint) breakpoint;
            texts.add(String.join(" | ", own.getClass().getSimpleName(), own.place(), own.condition(), own.hitCondition(), own.logMessage(),
                    Boolean.toString(own.isEnabled()), own instanceof SetupLineBreakpoint line ? line.path() : ""));
        }
        return texts;
    }
}
