// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;

/** Works out a setup. Never fails: what is wrong or missing is found, reported, and replaced by something harmless. */
public final class SetupPlanner {
    private final Planning planning;
    private final String cpu;

    private SetupPlanner(Setup setup, Path directory, String cpu) {
        this.planning = new Planning(setup, directory);
        this.cpu = cpu;
    }

    /**
     * @param directory where relative file names in the setup start
     * @param cpu       CPU profile that replaces the setup's, null for none
     */
    public static SetupPlan plan(Setup setup, Path directory, String cpu) {
        return new SetupPlanner(setup, directory, cpu).plan();
    }

    private SetupPlan plan() {
        GuestMemoryPlanner memory = new GuestMemoryPlanner(planning);
        Set<EObject> impossible = Collections.newSetFromMap(new IdentityHashMap<>());
        Evaluator evaluator = new Evaluator(memory, (object, message) -> {
            if (impossible.add(object)) {
                planning.error(IssueCodes.BAD_VALUE, message, object, null);
            }
        });
        planning.evaluator(evaluator);
        uniqueNames();
        planning.elements(Constant.class).forEach(constant -> planning.constant(constant.getValue()));
        planning.elements(GlobalVariable.class).forEach(variable -> planning.constant(variable.getValue()));

        MachinePlan machine = new MachinePlanner(planning).plan(cpu);
        VmxCapabilities capabilities = machine.cpu().capabilities();
        List<GuestBlock> blocks = memory.plan();
        Map<Ept, EptPlan> epts = new IdentityHashMap<>();
        List<EptPlan> eptList = new ArrayList<>();
        for (Ept ept : planning.elements(Ept.class)) {
            EptPlan plan = new EptPlanner(planning, capabilities).plan(ept);
            epts.put(ept, plan);
            eptList.add(plan);
        }
        List<VmcsPlan> vmcses = new ArrayList<>();
        for (Vmcs vmcs : planning.elements(Vmcs.class)) {
            vmcses.add(new VmcsPlanner(planning, capabilities, epts, blocks).plan(vmcs));
        }
        SetupPlan plan = new SetupPlan(planning.setup(), machine, blocks, eptList, vmcses, planning.elements(ExitHandler.class), run(),
                evaluator,
                planning.findings());
        new MemoryChecks(planning).check(plan);
        new HandlerChecks(planning).check(plan);
        new ExitChecks(planning).check(plan);
        new EntryRuleChecks(planning).check(plan);
        return plan;
    }

    private Run run() {
        List<Run> runs = planning.elements(Run.class);
        for (Run extra : runs.subList(Math.min(1, runs.size()), runs.size())) {
            planning.error(IssueCodes.DUPLICATE, "a setup has one run", extra, null);
        }
        return runs.isEmpty() ? null : runs.getFirst();
    }

    private void uniqueNames() {
        Map<String, Element> seen = new HashMap<>();
        for (Element element : planning.setup().getElements()) {
            if (element instanceof Symbol symbol && HvNames.of(symbol) != null && seen.putIfAbsent(HvNames.of(symbol), element) != null) {
                planning.error(IssueCodes.DUPLICATE, "the name " + HvNames.of(symbol) + " is taken above", element,
                        element.eClass().getEStructuralFeature("name"));
            }
        }
    }
}
