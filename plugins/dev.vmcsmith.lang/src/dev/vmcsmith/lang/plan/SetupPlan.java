// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Switch;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.scoping.Imports;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;

/**
 * A setup worked out.
 *
 * @param memory    what the setup puts into guest memory
 * @param vmcses    in the order of the file
 * @param handlers  in the order of the file, those of other VMCSs too
 * @param run       null when the setup runs nothing
 * @param evaluator for expressions in handlers
 * @param findings  everything that is wrong, in no order
 */
public record SetupPlan(Setup setup, MachinePlan machine, List<GuestBlock> memory, List<EptPlan> epts, List<VmcsPlan> vmcses,
        List<ExitHandler> handlers, Run run, Evaluator evaluator, List<Finding> findings) {
    /** The VMCS that {@code run} launches, null when there is none. */
    public VmcsPlan launched() {
        return run == null ? null : vmcses.stream().filter(vmcs -> vmcs.origin() == run.getVmcs()).findFirst().orElse(null);
    }

    /** What an {@code ept} of the setup amounts to. */
    public EptPlan ept(Ept origin) {
        return epts.stream().filter(ept -> ept.origin() == origin).findFirst().orElseThrow();
    }

    /** What a {@code vmcs} of the setup amounts to. */
    public VmcsPlan vmcs(Vmcs origin) {
        return vmcses.stream().filter(vmcs -> vmcs.origin() == origin).findFirst().orElseThrow();
    }

    /** The VMCSs that a run can use, the one that is launched first at the end: others are switched to or named by handlers or fields. */
    public List<VmcsPlan> used() {
        Set<VmcsPlan> found = new LinkedHashSet<>();
        for (Element element : elements()) {
            boolean code = element instanceof ExitHandler || element instanceof Function || element instanceof Vmcs;
            for (TreeIterator<EObject> all = code ? element.eAllContents() : null; all != null && all.hasNext();) {
                EObject object = all.next();
                Vmcs named = object instanceof Switch other ? other.getVmcs() : object instanceof Reference reference
                        && reference.getTarget() instanceof Vmcs target ? target : null;
                vmcses.stream().filter(vmcs -> vmcs.origin() == named).forEach(found::add);
            }
        }
        if (run != null) {
            run.getOthers().forEach(other -> vmcses.stream().filter(vmcs -> vmcs.origin() == other).forEach(found::add));
        }
        found.remove(launched());
        if (launched() != null) {
            found.add(launched());
        }
        return List.copyOf(found);
    }

    /** The functions of the setup, those that handlers do not call too. */
    public List<Function> functions() {
        return elements().stream().filter(Function.class::isInstance).map(Function.class::cast).toList();
    }

    private List<Element> elements() {
        return Imports.all(setup).stream().flatMap(file -> file.getElements().stream()).toList();
    }
}
