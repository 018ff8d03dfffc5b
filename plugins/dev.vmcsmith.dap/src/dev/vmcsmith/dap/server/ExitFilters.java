// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.eclipse.lsp4j.debug.ExceptionBreakpointsFilter;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;

/** VM exits that suspend because the client asked for their reason. The protocol calls them exception filters. Immutable. */
final class ExitFilters {
    static final ExitFilters NONE = new ExitFilters(Map.of());

    /** The condition per basic exit reason; empty text for none. */
    private final Map<Integer, String> conditions;

    private ExitFilters(Map<Integer, String> conditions) {
        this.conditions = conditions;
    }

    /** All filters there are: one per exit reason, by the name in setups. */
    static ExceptionBreakpointsFilter[] available() {
        ExitReason[] reasons = ExitReason.values();
        ExceptionBreakpointsFilter[] filters = new ExceptionBreakpointsFilter[reasons.length];
        for (int i = 0; i < reasons.length; i++) {
            filters[i] = new ExceptionBreakpointsFilter();
            filters[i].setFilter(reasons[i].hvName());
            filters[i].setLabel("VM exit: " + reasons[i].sdmName() + " (" + reasons[i].number() + ")");
            filters[i].setSupportsCondition(true);
            filters[i].setConditionDescription("expression over registers and VMCS fields, such as rax == 1");
        }
        return filters;
    }

    /**
     * The filters of a request.
     *
     * @throws RequestFailure when one is unknown
     */
    static ExitFilters of(SetExceptionBreakpointsArguments arguments) {
        Map<Integer, String> conditions = new HashMap<>();
        if (arguments.getFilters() != null) {
            for (String filter : arguments.getFilters()) {
                conditions.put(number(filter), "");
            }
        }
        if (arguments.getFilterOptions() != null) {
            for (ExceptionFilterOptions option : arguments.getFilterOptions()) {
                conditions.put(number(option.getFilterId()), option.getCondition() == null ? "" : option.getCondition().strip());
            }
        }
        return new ExitFilters(Map.copyOf(conditions));
    }

    private static int number(String filter) {
        ExitReason reason = ExitReason.find(filter);
        if (reason == null) {
            throw new RequestFailure("\"" + filter + "\" is not an exit reason: use a name such as cpuid or ept-violation");
        }
        return reason.number();
    }

    /**
     * Whether an exit suspends. One whose condition cannot be evaluated does.
     *
     * @param evaluate the value of an expression now
     * @param problem told why a condition cannot be evaluated
     */
    boolean match(VmExit exit, ToLongFunction<String> evaluate, Consumer<String> problem) {
        String condition = conditions.get(exit.reason());
        if (condition == null || condition.isEmpty()) {
            return condition != null;
        }
        try {
            return evaluate.applyAsLong(condition) != 0;
        } catch (RequestFailure e) {
            problem.accept("The condition of a stop at VM exits cannot be evaluated: " + e.getMessage());
            return true;
        }
    }
}
