// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Emulate;
import dev.vmcsmith.lang.hv.EptChange;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.If;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.Let;
import dev.vmcsmith.lang.hv.Log;
import dev.vmcsmith.lang.hv.Panic;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Skip;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Stop;
import dev.vmcsmith.lang.hv.Text;
import dev.vmcsmith.lang.hv.TextValue;
import dev.vmcsmith.lang.hv.While;
import dev.vmcsmith.lang.plan.EptPlanner;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The code of the exit handlers, and {@code dispatch}, which finds the handler for the exit reason in EAX. */
final class HandlerCode {
    private final AsmText out;
    private final ExpressionCode expressions;
    private final Map<String, String> symbols = new LinkedHashMap<>();

    HandlerCode(AsmText out, Evaluator evaluator) {
        this.out = out;
        this.expressions = new ExpressionCode(out, evaluator);
    }

    /** Names for a debugger, such as {@code Guest.exit.cpuid}, by the label of the code. */
    Map<String, String> symbols() {
        return symbols;
    }

    /** @param handlers those of one VMCS, in the order in which they are tried */
    void write(List<ExitHandler> handlers) {
        Map<String, List<ExitHandler>> byReason = new LinkedHashMap<>();
        for (ExitHandler handler : handlers) {
            byReason.computeIfAbsent(handler.getReason(), r -> new ArrayList<>()).add(handler);
        }
        List<ExitHandler> other = byReason.remove(HandlerChecks.OTHER);
        out.label("dispatch");
        for (String reason : byReason.keySet()) {
            out.op("cmp eax, " + ExitReason.find(reason).number()).op("je reason_" + ExitReason.find(reason).number());
        }
        out.label("reason_other");
        chain(other == null ? List.of() : other, "no_handler");
        byReason.forEach((reason, list) -> {
            out.label("reason_" + ExitReason.find(reason).number());
            chain(list, "reason_other");
        });
    }

    /** Handlers one after the other: the first whose condition holds takes the exit, and when none does, the code at {@code last}. */
    private void chain(List<ExitHandler> handlers, String last) {
        for (ExitHandler handler : handlers) {
            String next = out.newName("next");
            String label = out.newName("handler");
            String vmcs = handler.getVmcs() == null ? "" : handler.getVmcs().getName() + '.';
            symbols.put(label, unique(vmcs + "exit." + handler.getReason()));
            out.label(label).from(handler);
            if (handler.getCondition() == null) {
                out.op("nop");
            } else {
                expressions.compute(handler.getCondition());
                out.op("test rax, rax").op("jz " + next);
            }
            block(handler.getBody(), ExitReason.find(handler.getReason()));
            out.fromNowhere().op("jmp resume").label(next);
        }
        out.op("jmp " + last);
    }

    private String unique(String name) {
        String free = name;
        for (int i = 2; symbols.containsValue(free); i++) {
            free = name + '.' + i;
        }
        return free;
    }

    private void block(Block block, ExitReason reason) {
        block.getStatements().forEach(statement -> statement(statement, reason));
    }

    private void statement(Statement statement, ExitReason reason) {
        out.from(statement);
        switch (statement) {
            case Emulate emulate -> out.op("call emulate_" + reason.hvName().replace('-', '_'));
            case Skip skip -> out.op("call skip_instruction");
            case Stop stop -> out.op("jmp stop");
            case Log log -> text(log.getText());
            case Panic panic -> {
                out.op("mov esi, text_name").op("call print_text");
                text(panic.getText());
                out.op("jmp panic_state");
            }
            case EptChange change -> {
                expressions.compute(change.getAddress());
                out.op("mov ecx, " + EptPlanner.rights(change.getRights())).op("call set_ept_rights");
            }
            case Inject inject -> inject(inject);
            case If condition -> branches(condition, reason);
            case While loop -> repeat(loop, reason);
            case Let let -> {
                expressions.compute(let.getValue());
                out.op("mov [" + expressions.cell(let) + "], rax");
            }
            case Assignment assignment -> {
                expressions.compute(assignment.getValue());
                expressions.write(assignment.getVariable());
            }
            default -> throw new IllegalStateException("no code for " + statement.eClass().getName());
        }
    }

    private void inject(Inject inject) {
        if (inject.getErrorCode() == null) {
            out.op("xor ecx, ecx");
        } else {
            expressions.compute(inject.getErrorCode());
            out.op("mov ecx, eax");
        }
        out.op("mov eax, " + Vector.byName(inject.getVector())).op("call inject_exception");
    }

    private void branches(If condition, ExitReason reason) {
        String otherwise = out.newName("else");
        String end = out.newName("end");
        expressions.compute(condition.getCondition());
        out.op("test rax, rax").op("jz " + otherwise);
        block(condition.getThen(), reason);
        boolean more = condition.getOtherwise() != null || condition.getElseIf() != null;
        if (more) {
            out.op("jmp " + end);
        }
        out.label(otherwise);
        if (condition.getOtherwise() != null) {
            block(condition.getOtherwise(), reason);
        } else if (condition.getElseIf() != null) {
            statement(condition.getElseIf(), reason);
        }
        out.label(end);
    }

    private void repeat(While loop, ExitReason reason) {
        String again = out.newName("again");
        String end = out.newName("end");
        out.label(again);
        expressions.compute(loop.getCondition());
        out.op("test rax, rax").op("jz " + end);
        block(loop.getBody(), reason);
        out.from(loop).op("jmp " + again).label(end);
    }

    private void text(Text text) {
        for (int i = 0; i < text.getParts().size(); i++) {
            if (!text.getParts().get(i).isEmpty()) {
                out.op("mov esi, " + out.text(text.getParts().get(i))).op("call print_text");
            }
            if (i < text.getValues().size()) {
                value(text.getValues().get(i));
            }
        }
        out.op("call print_newline");
    }

    private void value(TextValue value) {
        expressions.compute(value.getValue());
        boolean reason = value.getValue() instanceof Reference reference && reference.getTarget() instanceof Builtin builtin
                && Variable.find(builtin.getName()) instanceof Variable.Field field && field.isExitReason();
        out.op("call " + ("x".equals(value.getFormat()) ? "print_hex_digits" : reason && value.getFormat() == null ? "print_reason_name"
                : "print_decimal"));
    }
}
