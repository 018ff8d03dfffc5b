// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether handlers are for real exits, each for some that no handler above takes. */
public final class HandlerChecks {
    /** The reason that stands for every exit without a handler of its own. */
    public static final String OTHER = "other";

    private final Planning planning;

    HandlerChecks(Planning planning) {
        this.planning = planning;
    }

    void check(SetupPlan plan) {
        StatementChecks statements = new StatementChecks(planning);
        Set<String> complete = new HashSet<>();
        for (ExitHandler handler : plan.handlers()) {
            if (handler.getReason() == null) {
                continue;
            }
            ExitReason reason = ExitReason.find(handler.getReason());
            if (reason == null && !handler.getReason().equals(OTHER)) {
                unknownReason(handler);
            }
            String vmcs = handler.getVmcs() == null ? "" : handler.getVmcs().getName();
            if (planning.isOwn(handler) && (complete.contains(vmcs + ' ' + handler.getReason()) || complete.contains(' '
                    + handler.getReason()))) {
                planning.error(IssueCodes.DUPLICATE, "a handler above takes every exit for this reason", handler,
                        HvPackage.Literals.EXIT_HANDLER__REASON);
            } else if (handler.getCondition() == null) {
                complete.add(vmcs + ' ' + handler.getReason());
            }
            statements.expressions(handler.getCondition());
            statements.handler(handler.getBody(), reason);
        }
        planning.elements(Function.class).forEach(statements::function);
        plan.code().stream().filter(ControlChange.class::isInstance).map(ControlChange.class::cast).forEach(change ->
                enabled(plan, change));
        if (plan.run() != null) {
            plan.run().getExpectations().forEach(new ExpectationChecks(planning, plan)::check);
        }
    }

    /** What a handler switches on must be possible, as what a VMCS asks for. */
    private void enabled(SetupPlan plan, ControlChange change) {
        ControlBit bit = StatementChecks.enabled(change);
        VmxCapabilities capabilities = plan.machine().cpu().capabilities();
        if (bit != null && capabilities.known(bit.field()) && !capabilities.allows(bit)) {
            planning.error(IssueCodes.CONTROL_NOT_AVAILABLE, VmcsControls.unavailable(capabilities, bit, "must be 0"), change,
                    HvPackage.Literals.CONTROL_CHANGE__CONTROL);
        }
    }

    private void unknownReason(ExitHandler handler) {
        List<String> names = new ArrayList<>(Arrays.stream(ExitReason.values()).map(ExitReason::hvName).toList());
        names.add(OTHER);
        planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exit reason", handler.getReason(), names), handler,
                HvPackage.Literals.EXIT_HANDLER__REASON);
    }
}
