// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Call;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Switch;
import dev.vmcsmith.lang.hv.Vcpu;
import dev.vmcsmith.lang.hv.Vmcs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;

/** Finds out which processor runs what. A VMCS belongs to one processor: while it is active there, no other can load it. */
final class ProcessorPlanner {
    private final Planning planning;

    ProcessorPlanner(Planning planning) {
        this.planning = planning;
    }

    /** The number of each processor that the run names or counts; those with a number that is not known or not possible are missing. */
    static Map<Vcpu, Integer> numbers(Run run, Planning planning) {
        Map<Vcpu, Integer> numbers = new IdentityHashMap<>();
        int next = 0;
        for (Vcpu vcpu : run == null ? List.<Vcpu>of() : run.getVcpus()) {
            OptionalLong given = vcpu.getProcessor() == null ? OptionalLong.of(next) : planning.constant(vcpu.getProcessor());
            if (given.isPresent() && given.getAsLong() >= 0 && given.getAsLong() < MachinePlanner.LARGEST_CPUS) {
                numbers.put(vcpu, (int) given.getAsLong());
                next = (int) given.getAsLong() + 1;
            }
        }
        return numbers;
    }

    /** In the order of the processors. Nothing runs without {@code run}. */
    List<ProcessorPlan> plan(Run run, List<VmcsPlan> vmcses) {
        if (run == null) {
            return List.of();
        }
        check(run);
        List<ProcessorPlan> processors = new ArrayList<>();
        Map<Vmcs, Integer> owners = new IdentityHashMap<>();
        Set<Function> allCalled = new HashSet<>();
        for (Vcpu vcpu : run.getVcpus()) {
            VmcsPlan launched = find(vmcses, vcpu.getVmcs());
            Integer number = planning.processors().get(vcpu);
            if (launched == null || number == null || processors.stream().anyMatch(p -> p.number() == number)) {
                continue;
            }
            Set<Vmcs> reached = new LinkedHashSet<>();
            Set<Function> called = new HashSet<>();
            reach(vcpu.getVmcs(), reached, called);
            allCalled.addAll(called);
            reached.remove(vcpu.getVmcs());
            reached.add(vcpu.getVmcs());
            List<VmcsPlan> own = new ArrayList<>();
            for (Vmcs vmcs : reached) {
                Integer other = owners.putIfAbsent(vmcs, number);
                if (other == null) {
                    own.add(find(vmcses, vmcs));
                } else if (vmcs != vcpu.getVmcs()) {
                    planning.error(IssueCodes.DUPLICATE, vmcs.getName() + " can be entered on processors " + other + " and " + number
                            + "; a VMCS belongs to one processor: switch to a VMCS of its own that extends " + vmcs.getName(), vcpu, null);
                }
            }
            own.removeIf(vmcs -> vmcs == null);
            processors.add(new ProcessorPlan(number, vcpu, launched, own));
        }
        processors.sort(Comparator.comparingInt(ProcessorPlan::number));
        for (Function function : processors.isEmpty() ? List.<Function>of() : planning.elements(Function.class)) {
            Set<Vmcs> named = new LinkedHashSet<>();
            named(function, named, allCalled);
            named.stream().filter(vmcs -> owners.putIfAbsent(vmcs, 0) == null).map(vmcs -> find(vmcses, vmcs))
                    .forEach(processors.getFirst().vmcses()::addFirst);
        }
        return List.copyOf(processors);
    }

    private void check(Run run) {
        Map<Integer, Vcpu> taken = new HashMap<>();
        Set<Vmcs> launched = new HashSet<>();
        for (Vcpu vcpu : run.getVcpus()) {
            Integer number = planning.processors().get(vcpu);
            if (number == null) {
                if (vcpu.getProcessor() == null || planning.constant(vcpu.getProcessor()).isPresent()) {
                    planning.error(IssueCodes.BAD_VALUE, "processors have the numbers 0 to " + (MachinePlanner.LARGEST_CPUS - 1), vcpu,
                            HvPackage.Literals.VCPU__PROCESSOR);
                }
                continue;
            }
            Vcpu before = taken.putIfAbsent(number, vcpu);
            if (before != null) {
                planning.error(IssueCodes.DUPLICATE, "processor " + number + " launches " + before.getVmcs().getName() + " already", vcpu,
                        HvPackage.Literals.VCPU__PROCESSOR);
            }
            if (vcpu.getVmcs() != null && !vcpu.getVmcs().eIsProxy() && !launched.add(vcpu.getVmcs())) {
                planning.error(IssueCodes.DUPLICATE, "a VMCS belongs to one processor; for another one write vmcs NAME extends "
                        + vcpu.getVmcs().getName() + " { }", vcpu, HvPackage.Literals.VCPU__VMCS);
            }
        }
        if (!taken.isEmpty() && !taken.containsKey(0)) {
            planning.error(IssueCodes.MISSING, "processor 0 starts the others, and runs a VMCS too: write on 0 for one of these", run,
                    HvPackage.Literals.RUN__VCPUS);
        }
    }

    private static VmcsPlan find(List<VmcsPlan> vmcses, Vmcs origin) {
        return vmcses.stream().filter(vmcs -> vmcs.origin() == origin).findFirst().orElse(null);
    }

    /** Adds a VMCS and all that its fields and handlers name. */
    private void reach(Vmcs vmcs, Set<Vmcs> reached, Set<Function> called) {
        if (vmcs == null || vmcs.eIsProxy() || !reached.add(vmcs)) {
            return;
        }
        Set<Vmcs> bases = new HashSet<>();
        for (Vmcs base = vmcs; base != null && !base.eIsProxy() && bases.add(base); base = base.getBase()) {
            named(base, reached, called);
        }
        for (ExitHandler handler : planning.elements(ExitHandler.class)) {
            if (handler.getVmcs() == null || handler.getVmcs() == vmcs) {
                named(handler, reached, called);
            }
        }
    }

    private void named(EObject code, Set<Vmcs> reached, Set<Function> called) {
        for (TreeIterator<EObject> all = code.eAllContents(); all.hasNext();) {
            switch (all.next()) {
                case Switch other -> reach(other.getVmcs(), reached, called);
                case Reference reference when reference.getTarget() instanceof Vmcs vmcs -> reach(vmcs, reached, called);
                case Call call when call.getFunction() instanceof Function function && !function.eIsProxy() && called.add(function) ->
                    named(function, reached, called);
                default -> {
                }
            }
        }
    }
}
