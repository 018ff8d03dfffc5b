// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.minings;

import dev.vmcsmith.lang.hv.Characters;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Controls;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Literal;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.hv.VmcsItem;
import dev.vmcsmith.lang.ide.edit.Nodes;
import dev.vmcsmith.lang.ide.facts.ControlValue;
import dev.vmcsmith.lang.ide.facts.Summary;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.HandlerChecks;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.util.ITextRegion;

/** Makes the remarks on a setup. */
public final class Minings {
    private final SetupPlan plan;
    private final LastRun run;
    private final List<Mining> found = new ArrayList<>();

    private Minings(SetupPlan plan, LastRun run) {
        this.plan = plan;
        this.run = run;
    }

    /** In the order of the file. */
    public static List<Mining> of(SetupPlan plan, LastRun run) {
        Minings minings = new Minings(plan, run);
        plan.setup().getElements().forEach(minings::element);
        plan.memory().forEach(minings::memory);
        plan.epts().forEach(minings::ept);
        plan.vmcses().forEach(minings::controls);
        minings.found.sort(Comparator.comparingInt(Mining::offset));
        return minings.found;
    }

    private void add(EObject element, String text) {
        ITextRegion region = element.eResource() == plan.setup().eResource() ? Nodes.region(element) : null;
        if (region != null) {
            found.add(new Mining(region.getOffset(), region.getLength(), text));
        }
    }

    private void element(Element element) {
        if (element instanceof Constant constant && !isPlain(constant.getValue()) && plan.evaluator().value(constant).known()) {
            add(constant, Summary.number(plan.evaluator().value(constant).number()));
        }
        if (element instanceof ExitHandler handler && !run.exits().isEmpty() && handler.getReason() != null) {
            handler(handler);
        }
    }

    private static boolean isPlain(Expression value) {
        return value instanceof Literal literal && literal.getUnit() == null || value == null || value instanceof Characters text
                && text.getText() == null;
    }

    private void handler(ExitHandler handler) {
        ExitReason reason = ExitReason.find(handler.getReason());
        if (reason != null) {
            add(handler, exits(run.exits().getOrDefault(reason.number(), 0L)));
        } else if (handler.getReason().equals(HandlerChecks.OTHER)) {
            Set<Integer> others = new TreeSet<>(run.exits().keySet());
            plan.handlers().forEach(h -> {
                ExitReason own = h.getReason() == null ? null : ExitReason.find(h.getReason());
                others.remove(own == null ? -1 : own.number());
            });
            add(handler, exits(others.stream().mapToLong(run.exits()::get).sum()));
        }
    }

    private static String exits(long count) {
        return count == 0 ? "no exit in the last run" : count == 1 ? "1 exit in the last run" : count + " exits in the last run";
    }

    private void memory(GuestBlock block) {
        if (block.bytes().length > 0) {
            add(block.origin(), Summary.of(block));
        }
    }

    private void ept(EptPlan ept) {
        if (!ept.ranges().isEmpty()) {
            add(ept.origin(), Summary.of(ept));
        }
    }

    /** The final value of each control field that the file names, and the bits that the processor or the setup itself adds. */
    private void controls(VmcsPlan vmcs) {
        VmxCapabilities capabilities = plan.machine().cpu().capabilities();
        for (VmcsItem item : ((Vmcs) vmcs.origin()).getItems()) {
            ControlField field = item instanceof Controls controls && controls.getGroup() != null ? ControlField.find(controls.getGroup())
                    : null;
            if (field != null) {
                long named = ((Controls) item).getControls().stream().map(setting -> ControlBit.find(field, String.valueOf(setting.getControl())))
                        .filter(bit -> bit != null).mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b);
                ControlValue.of(vmcs, field, capabilities).ifPresent(value -> add(item, value.beyond(named)));
            }
        }
    }
}
