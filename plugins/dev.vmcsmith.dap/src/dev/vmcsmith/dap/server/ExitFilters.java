// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.ExceptionBreakpointsFilter;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;

/** VM exits that suspend because the client asked for their reason. The protocol calls them exception filters. Immutable. */
final class ExitFilters {
    static final ExitFilters NONE = new ExitFilters(List.of());

    /** Numbers for the client begin here, behind those of breakpoints that have a place. */
    private static final int FIRST_ID = 1 << 24;

    private final List<Filter> filters;

    /**
     * @param id the number that the client knows the filter by
     * @param reason basic exit reason
     * @param condition empty for none
     */
    private record Filter(int id, int reason, String condition) {
    }

    private ExitFilters(List<Filter> filters) {
        this.filters = List.copyOf(filters);
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
        List<Filter> filters = new ArrayList<>();
        if (arguments.getFilters() != null) {
            for (String filter : arguments.getFilters()) {
                filters.add(new Filter(FIRST_ID + filters.size(), number(filter), ""));
            }
        }
        if (arguments.getFilterOptions() != null) {
            for (ExceptionFilterOptions option : arguments.getFilterOptions()) {
                String condition = option.getCondition() == null ? "" : option.getCondition().strip();
                filters.add(new Filter(FIRST_ID + filters.size(), number(option.getFilterId()), condition));
            }
        }
        return new ExitFilters(filters);
    }

    /** What the client gets to know about each, in its order. */
    Breakpoint[] answers() {
        return filters.stream().map(filter -> {
            Breakpoint answer = new Breakpoint();
            answer.setId(filter.id);
            answer.setVerified(true);
            return answer;
        }).toArray(Breakpoint[]::new);
    }

    private static int number(String filter) {
        ExitReason reason = ExitReason.find(filter);
        if (reason == null) {
            throw new RequestFailure("\"" + filter + "\" is not an exit reason: use a name such as cpuid or ept-violation");
        }
        return reason.number();
    }

    /**
     * The numbers of the filters that want an exit to suspend. One whose condition cannot be evaluated does.
     *
     * @param evaluate the value of an expression now
     * @param problem told why a condition cannot be evaluated
     */
    List<Integer> matching(VmExit exit, ToLongFunction<String> evaluate, Consumer<String> problem) {
        if (filters.isEmpty()) {
            return List.of();
        }
        List<Integer> matching = new ArrayList<>();
        for (Filter filter : filters) {
            if (filter.reason == exit.reason() && holds(filter.condition, evaluate, problem)) {
                matching.add(filter.id);
            }
        }
        return matching;
    }

    private static boolean holds(String condition, ToLongFunction<String> evaluate, Consumer<String> problem) {
        if (condition.isEmpty()) {
            return true;
        }
        try {
            return evaluate.applyAsLong(condition) != 0;
        } catch (RequestFailure e) {
            problem.accept("The condition of a stop at VM exits cannot be evaluated: " + e.getMessage());
            return true;
        }
    }
}
