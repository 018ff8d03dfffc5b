// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IDebugElement;
import org.eclipse.debug.core.model.IValue;
import org.eclipse.debug.core.model.IWatchExpressionDelegate;
import org.eclipse.debug.core.model.IWatchExpressionListener;
import org.eclipse.debug.core.model.IWatchExpressionResult;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;
import org.eclipse.lsp4j.debug.EvaluateResponse;

/** Evaluates watch expressions in a frame: the machine knows registers, VMCS fields, symbols and memory. */
public final class WatchExpressions implements IWatchExpressionDelegate {

    @Override
    public void evaluateExpression(String expression, IDebugElement context, IWatchExpressionListener listener) {
        VcpuThread vcpu = context instanceof MachineFrame inside ? inside.vcpu() : context instanceof VcpuThread thread ? thread : null;
        MachineFrame frame = context instanceof MachineFrame selected ? selected : vcpu == null ? null : vcpu.getTopStackFrame();
        if (frame == null) {
            listener.watchEvaluationFinished(new Result(expression, null, "Select a suspended vCPU or one of its frames."));
            return;
        }
        EvaluateArguments arguments = new EvaluateArguments();
        arguments.setExpression(expression);
        arguments.setFrameId(frame.id());
        arguments.setContext(EvaluateArgumentsContext.WATCH);
        vcpu.machine().request(server -> server.evaluate(arguments)).whenComplete((answer, failure) -> listener.watchEvaluationFinished(
                failure == null ? new Result(expression, valueOf(vcpu, expression, answer), null)
                        : new Result(expression, null, MachineElement.messageOf(failure))));
    }

    private static IValue valueOf(VcpuThread vcpu, String expression, EvaluateResponse answer) {
        return new MachineValue(vcpu, "watch:" + expression, answer.getResult(), answer.getVariablesReference());
    }

    /** What came of an evaluation: a value or a message. */
    private record Result(String expression, IValue value, String message) implements IWatchExpressionResult {

        @Override
        public IValue getValue() {
            return value;
        }

        @Override
        public boolean hasErrors() {
            return message != null;
        }

        @Override
        public String[] getErrorMessages() {
            return message == null ? new String[0] : new String[] { message };
        }

        @Override
        public String getExpressionText() {
            return expression;
        }

        @Override
        public DebugException getException() {
            return null;
        }
    }
}
