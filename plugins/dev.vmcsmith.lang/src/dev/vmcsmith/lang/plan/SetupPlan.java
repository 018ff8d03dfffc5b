// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.vmx.ControlBit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;

/**
 * A setup worked out.
 *
 * @param memory     what the setup puts into guest memory
 * @param vmcses     in the order of the file
 * @param handlers   in the order of the file, those of other VMCSs too
 * @param run        null when the setup runs nothing
 * @param processors what each processor runs, in the order of their numbers; empty when the setup runs nothing
 * @param evaluator  for expressions in handlers
 * @param findings   everything that is wrong, in no order
 */
public record SetupPlan(Setup setup, MachinePlan machine, List<GuestBlock> memory, List<EptPlan> epts, List<VmcsPlan> vmcses,
        List<ExitHandler> handlers, Run run, List<ProcessorPlan> processors, Evaluator evaluator, List<Finding> findings) {
    /** The VMCS that processor 0 launches, null when there is none. */
    public VmcsPlan launched() {
        return processors.isEmpty() ? null : processors.getFirst().launched();
    }

    /** Whether the hypervisor itself runs in 64-bit mode. */
    public boolean isLongHost() {
        return machine.isLongHost();
    }

    /** What an {@code ept} of the setup amounts to. */
    public EptPlan ept(Ept origin) {
        return epts.stream().filter(ept -> ept.origin() == origin).findFirst().orElseThrow();
    }

    /** What a {@code vmcs} of the setup amounts to. */
    public VmcsPlan vmcs(Vmcs origin) {
        return vmcses.stream().filter(vmcs -> vmcs.origin() == origin).findFirst().orElseThrow();
    }

    /** The VMCSs that a run can use, of every processor those that it launches at the end. */
    public List<VmcsPlan> used() {
        return processors.stream().flatMap(processor -> processor.vmcses().stream()).toList();
    }

    /** The VMCSs that processors launch, that of processor 0 first. */
    public List<VmcsPlan> allLaunched() {
        return processors.stream().map(ProcessorPlan::launched).toList();
    }

    /** Everything in handlers and functions. */
    public List<EObject> code() {
        List<EObject> found = new ArrayList<>();
        handlers.forEach(handler -> handler.eAllContents().forEachRemaining(found::add));
        functions().forEach(function -> function.eAllContents().forEachRemaining(found::add));
        return found;
    }

    /** Controls that handlers and functions switch on. */
    public Set<ControlBit> enabledControls() {
        Set<ControlBit> bits = EnumSet.noneOf(ControlBit.class);
        for (EObject object : code()) {
            ControlBit bit = object instanceof ControlChange change ? StatementChecks.enabled(change) : null;
            if (bit != null) {
                bits.add(bit);
            }
        }
        return bits;
    }

    /** The functions of the setup, those that handlers do not call too. */
    public List<Function> functions() {
        return elements(Function.class);
    }

    /** The constants of the setup and of the files that it imports. */
    public List<Constant> constants() {
        return elements(Constant.class);
    }

    private <T> List<T> elements(Class<T> kind) {
        return Imports.all(setup).stream().flatMap(file -> file.getElements().stream()).filter(kind::isInstance).map(kind::cast).toList();
    }
}
