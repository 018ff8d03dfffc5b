// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.disassembly;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.ui.Icons;
import dev.vmcsmith.debug.ui.memory.MonitorMemory;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.action.IAction;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.action.Separator;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.ui.actions.ActionFactory;
import org.eclipse.ui.statushandlers.StatusManager;

/** What can be done with an instruction. */
final class DisassemblyActions {

    private final DisassemblyViewPart part;

    DisassemblyActions(DisassemblyViewPart part) {
        this.part = part;
    }

    void install() {
        part.viewer().addDoubleClickListener(event -> withLine(DisassemblyActions::toggle));
        IAction copy = action("Copy", null, line -> copy());
        part.getViewSite().getActionBars().setGlobalActionHandler(ActionFactory.COPY.getId(), copy);
        part.getViewSite().getActionBars().getToolBarManager().add(part.follow());
        MenuManager menu = new MenuManager();
        menu.add(action("Toggle Breakpoint", Icons.BREAKPOINT_INSTRUCTION.descriptor(), DisassemblyActions::toggle));
        menu.add(action("Run to Instruction", null, line -> part.shownContext().machine().runToAddress(line.address())));
        menu.add(action("Why Does It Exit?", Icons.EXITS.descriptor(), this::explainExit));
        menu.add(new Separator());
        menu.add(action("Page Walk of Address", Icons.PAGEWALK.descriptor(), line -> PageWalkViewPart.show(part.getSite().getPage(),
                line.address(), walkSpace())));
        menu.add(action("Monitor Memory", Icons.MEMORY.descriptor(), line -> MonitorMemory.show(part.getSite().getPage(),
                part.shownContext().machine(), new MemoryPlace(part.space().space(), "0x" + Long.toHexString(line.address())))));
        menu.add(new Separator());
        menu.add(copy);
        part.viewer().getTable().setMenu(menu.createContextMenu(part.viewer().getTable()));
    }

    private IAction action(String label, ImageDescriptor image, Consumer<Line> work) {
        return new Action(label, image) {
            @Override
            public void run() {
                withLine(work);
            }
        };
    }

    private void withLine(Consumer<Line> work) {
        Line line = part.selected();
        if (line != null && part.shownContext().isSuspended()) {
            work.accept(line);
        }
    }

    private AddressSpace walkSpace() {
        return switch (part.space().space()) {
            case MemoryPlace.GUEST_VIRTUAL -> AddressSpace.GUEST_VIRTUAL;
            case MemoryPlace.GUEST_PHYSICAL -> AddressSpace.GUEST_PHYSICAL;
            default -> AddressSpace.HOST_VIRTUAL;
        };
    }

    /** Sets or removes the breakpoint on an instruction. */
    static void toggle(Line line) {
        try {
            InstructionBreakpoint existing = LineLabels.breakpointAt(line);
            if (existing != null) {
                existing.delete();
            } else {
                DebugPlugin.getDefault().getBreakpointManager()
                        .addBreakpoint(new InstructionBreakpoint(line.address(), line.symbol() == null ? line.text() : line.symbol()));
            }
        } catch (CoreException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }

    private void explainExit(Line line) {
        String place = new MemoryPlace(MemoryPlace.GUEST_VIRTUAL, "").reference(line.address());
        ExplainExitArguments arguments = new ExplainExitArguments(part.shownContext().threadId(), place);
        part.then(part.shownContext().machine().request(server -> server.explainExit(arguments)), explanation -> MessageDialog
                .openInformation(part.getSite().getShell(), explanation.instruction(), textOf(explanation)));
    }

    private static String textOf(ExitExplanation explanation) {
        return explanation.summary() + "\n\n" + explanation.causes().stream().map(cause -> "\u2022 " + cause.text()
                + (cause.remedy() == null || !cause.deciding() ? "" : "\n   To change it: " + cause.remedy()))
                .collect(Collectors.joining("\n"));
    }

    private void copy() {
        String text = Arrays.stream(part.viewer().getStructuredSelection().toArray()).map(line -> ((Line) line).copied())
                .collect(Collectors.joining(System.lineSeparator()));
        Clipboard clipboard = new Clipboard(part.viewer().getControl().getDisplay());
        clipboard.setContents(new Object[] { text }, new Transfer[] { TextTransfer.getInstance() });
        clipboard.dispose();
    }
}
