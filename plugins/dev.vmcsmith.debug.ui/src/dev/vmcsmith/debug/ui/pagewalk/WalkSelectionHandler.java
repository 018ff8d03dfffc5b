// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.debug.ui.DebugUi;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IExpression;
import org.eclipse.debug.core.model.IVariable;
import org.eclipse.debug.ui.memory.IMemoryRenderingSite;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;

/** Walks what is selected: text in an editor, a register, a variable, an expression, a byte in the Memory view. */
public final class WalkSelectionHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        MemorySelection memory = HandlerUtil.getActivePart(event) instanceof IMemoryRenderingSite site ? MemorySelection.of(site) : null;
        String expression = memory != null ? memory.address() : expressionOf(HandlerUtil.getCurrentSelection(event));
        if (!expression.isBlank()) {
            try {
                PageWalkViewPart view = (PageWalkViewPart) HandlerUtil.getActiveWorkbenchWindow(event).getActivePage()
                        .showView(DebugUi.PAGE_WALK_VIEW);
                view.walk(expression, memory != null ? memory.space() : AddressSpace.GUEST_VIRTUAL);
            } catch (PartInitException e) {
                throw new ExecutionException(e.getMessage(), e);
            }
        }
        return null;
    }

    private static String expressionOf(ISelection selection) throws ExecutionException {
        try {
            return switch (selection) {
                case ITextSelection text -> text.getText() == null ? "" : text.getText().strip();
                case IStructuredSelection structured when structured.getFirstElement() instanceof IVariable variable ->
                        variable.getValue().getValueString().strip().split("\\s", 2)[0];
                case IStructuredSelection structured when structured.getFirstElement() instanceof IExpression expression ->
                        expression.getExpressionText();
                case null, default -> "";
            };
        } catch (DebugException e) {
            throw new ExecutionException(e.getStatus().getMessage(), e);
        }
    }
}
