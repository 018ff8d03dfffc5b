// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.fixes;

import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Vcpu;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.plan.ExitChecks;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.lang.plan.IssueCodes;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.lang.plan.UnhandledExitChecks;
import dev.vmcsmith.vmx.ExitReason;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;

/** Creates the handlers that are missing, and gives those that never run their exit. */
final class HandlerFixes {
    private final SetupText text;
    private final Place place;

    HandlerFixes(SetupText text, Place place) {
        this.text = text;
        this.place = place;
    }

    List<QuickFix> of(String code) {
        return code.equals(IssueCodes.NO_HANDLER) ? create() : enable();
    }

    private List<QuickFix> create() {
        EObject cause = place.object();
        while (cause != null && UnhandledExitChecks.causedBy(cause).isEmpty()) {
            cause = cause.eContainer();
        }
        Vmcs around = place.around(Vmcs.class);
        Vmcs vmcs = around == null ? launched() : around;
        if (cause == null || vmcs == null) {
            return List.of();
        }
        List<QuickFix> fixes = new ArrayList<>();
        UnhandledExitChecks.causedBy(cause).stream().filter(reason -> !isHandled(reason.hvName()))
                .forEach(reason -> fixes.add(handler(vmcs, reason.hvName(), body(reason))));
        fixes.add(handler(vmcs, HandlerChecks.OTHER, "panic \"not handled: {exit-reason}\""));
        return fixes;
    }

    private boolean isHandled(String reason) {
        return place.setup().getElements().stream().anyMatch(e -> e instanceof ExitHandler handler && reason.equals(handler.getReason()));
    }

    private static String body(ExitReason reason) {
        return StatementChecks.EMULATED.contains(reason) ? "emulate" : "panic \"" + reason.hvName() + " at {rip:x}\"";
    }

    private QuickFix handler(Vmcs vmcs, String reason, String body) {
        String element = "on " + vmcs.getName() + " exit " + reason + " {\n    " + body + "\n}";
        return QuickFix.of("Create the handler 'on " + vmcs.getName() + " exit " + reason + "'", text.element(firstAfterHandlers(reason), element));
    }

    /** The handler of other exits stays last; all of them stand before {@code run}. */
    private Element firstAfterHandlers(String reason) {
        return place.setup().getElements().stream().filter(element -> element instanceof Run || element instanceof ExitHandler handler
                && HandlerChecks.OTHER.equals(handler.getReason()) && !reason.equals(HandlerChecks.OTHER)).findFirst().orElse(null);
    }

    private List<QuickFix> enable() {
        ExitHandler handler = place.around(ExitHandler.class);
        ExitReason reason = handler == null || handler.getReason() == null ? null : ExitReason.find(handler.getReason());
        if (reason == null) {
            return List.of();
        }
        Vmcs vmcs = handler.getVmcs() != null ? handler.getVmcs() : launched();
        List<QuickFix> fixes = new ArrayList<>();
        if (place.holds(vmcs)) {
            ExitChecks.causes(reason).forEach(bit -> text.control(vmcs, bit, true)
                    .ifPresent(edit -> fixes.add(QuickFix.of("Add the control " + bit.hvName() + " to " + vmcs.getName(), edit))));
        }
        fixes.add(QuickFix.of("Remove the handler", text.remove(Nodes.region(handler))));
        return fixes;
    }

    private Vmcs launched() {
        return place.setup().getElements().stream().filter(Run.class::isInstance).flatMap(run -> ((Run) run).getVcpus().stream())
                .map(Vcpu::getVmcs).findFirst().orElse(null);
    }
}
