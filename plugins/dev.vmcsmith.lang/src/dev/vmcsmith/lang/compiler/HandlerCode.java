// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.lang.plan.ImageSymbols;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ExitReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The code of the exit handlers and functions, and for each VMCS a {@code dispatch} that finds the handler for the exit reason in EAX. */
final class HandlerCode {
    private final AsmText out;
    private final ValueCode values;
    private final ExpressionCode expressions;
    private final StatementCode statements;
    private final Map<String, String> symbols = new LinkedHashMap<>();

    HandlerCode(AsmText out, ValueCode values, SetupPlan plan) {
        this.out = out;
        this.values = values;
        this.expressions = new ExpressionCode(out, values, plan);
        this.statements = new StatementCode(out, values, expressions, plan);
    }

    /** Names for a debugger, such as {@code Guest.exit.cpuid}, by the label of the code. */
    Map<String, String> symbols() {
        return symbols;
    }

    /** Where the handlers of a VMCS are found. */
    static String dispatch(VmcsPlan vmcs) {
        return vmcs.symbol("dispatch");
    }

    /** @param handlers those of one VMCS, in the order in which they are tried */
    void write(VmcsPlan vmcs, List<ExitHandler> handlers) {
        Map<String, List<ExitHandler>> byReason = new LinkedHashMap<>();
        for (ExitHandler handler : handlers) {
            byReason.computeIfAbsent(handler.getReason(), r -> new ArrayList<>()).add(handler);
        }
        List<ExitHandler> other = byReason.remove(HandlerChecks.OTHER);
        String label = "reason_" + ImageSymbols.label(vmcs.name()) + '_';
        out.label(dispatch(vmcs));
        for (String reason : byReason.keySet()) {
            out.op("cmp eax, " + ExitReason.find(reason).number()).op("je " + label + ExitReason.find(reason).number());
        }
        out.label(label + HandlerChecks.OTHER);
        chain(other == null ? List.of() : other, "no_handler");
        byReason.forEach((reason, list) -> {
            out.label(label + ExitReason.find(reason).number());
            chain(list, label + HandlerChecks.OTHER);
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
                values.test();
                out.op("jz " + next);
            }
            statements.block(handler.getBody(), ExitReason.find(handler.getReason()));
            out.fromNowhere().op("jmp resume").label(next);
        }
        out.op("jmp " + last);
    }

    /** A function that ends without {@code return} is worth 0. */
    void write(Function function) {
        String label = expressions.function(function);
        symbols.put(label, unique(function.getName()));
        out.label(label).from(function).op("nop");
        statements.block(function.getBody(), null);
        values.constant(0);
        out.op("ret").fromNowhere();
    }

    private String unique(String name) {
        String free = name;
        for (int i = 2; symbols.containsValue(free); i++) {
            free = name + '.' + i;
        }
        return free;
    }
}
