// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Import;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;

/** Works out a setup. Never fails: what is wrong or missing is found, reported, and replaced by something harmless. */
public final class SetupPlanner {
    /** Load option of a resource set: name or file of the CPU profile for setups that name none. */
    public static final String DEFAULT_CPU = "vmcsmith.cpu";

    private final Planning planning;
    private final String cpu;

    private SetupPlanner(Setup setup, Path directory, String cpu) {
        this.planning = new Planning(setup, directory);
        this.cpu = cpu;
    }

    /** A setup as its file has it, on its own processor or else on that of the option {@link #DEFAULT_CPU}. */
    public static SetupPlan plan(Setup setup) {
        Resource resource = setup.eResource();
        Object cpu = MachinePlanner.namedCpu(setup) != null ? null : resource.getResourceSet().getLoadOptions().get(DEFAULT_CPU);
        return plan(setup, directory(resource.getURI()), (String) cpu);
    }

    /** The directory of a setup's file; the working directory for text that is in no file. */
    private static Path directory(URI file) {
        Path parent = file.isFile() ? Path.of(file.toFileString()).toAbsolutePath().getParent() : null;
        return parent == null ? Path.of("").toAbsolutePath() : parent;
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
        imports();
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
            vmcses.add(new VmcsPlanner(planning, machine, epts, blocks).plan(vmcs, planning.suffix(vmcs)));
        }
        Run run = run();
        SetupPlan plan = new SetupPlan(planning.setup(), machine, blocks, eptList, vmcses, planning.elements(ExitHandler.class), run,
                new ProcessorPlanner(planning).plan(run, vmcses), evaluator, planning.findings());
        new MemoryChecks(planning).check(plan);
        new HandlerChecks(planning).check(plan);
        new ExitChecks(planning).check(plan);
        new EntryRuleChecks(planning).check(plan);
        return plan;
    }

    private Run run() {
        List<Run> runs = planning.elements(Run.class).stream().filter(planning::isOwn).toList();
        for (Run extra : runs.subList(Math.min(1, runs.size()), runs.size())) {
            planning.error(IssueCodes.DUPLICATE, "a setup has one run", extra, null);
        }
        return planning.run();
    }

    private void uniqueNames() {
        for (Setup file : planning.setups()) {
            Map<String, Element> seen = new HashMap<>();
            for (Element element : file.getElements()) {
                String name = name(element);
                if (name != null && seen.putIfAbsent(name, element) != null) {
                    planning.error(IssueCodes.DUPLICATE, "the name " + name + " is taken above", element,
                            element.eClass().getEStructuralFeature("name"));
                }
            }
        }
    }

    private static String name(Element element) {
        return element instanceof Symbol symbol ? HvNames.of(symbol) : element instanceof Import statement ? statement.getName() : null;
    }

    private void imports() {
        for (Setup file : planning.setups()) {
            for (Import statement : Imports.statements(file)) {
                imported(file, statement);
            }
        }
    }

    private void imported(Setup file, Import statement) {
        Setup target = Imports.target(statement);
        if (target == null && statement.getImportURI() != null) {
            planning.error(IssueCodes.FILE_NOT_READABLE, statement.getImportURI().endsWith(".hv")
                    ? "there is no file " + statement.getImportURI() + " beside this one that can be read"
                    : "a file with setups ends in .hv", statement, HvPackage.Literals.IMPORT__IMPORT_URI);
        } else if (target == file) {
            planning.error(IssueCodes.BAD_VALUE, "a file cannot import itself", statement, HvPackage.Literals.IMPORT__IMPORT_URI);
        } else if (target != null && statement.getName() == null) {
            ambiguous(file, statement, target);
        }
    }

    /** A name that comes from two files without an alias would mean the one or the other by the order of the imports. */
    private void ambiguous(Setup file, Import statement, Setup target) {
        for (Import above : Imports.statements(file)) {
            if (above == statement) {
                return;
            }
            Setup other = Imports.target(above);
            if (above.getName() != null || other == null || other == target) {
                continue;
            }
            Set<String> names = new HashSet<>();
            other.getElements().forEach(element -> names.add(name(element)));
            target.getElements().stream().map(SetupPlanner::name).filter(name -> name != null && names.contains(name)).findFirst()
                    .ifPresent(name -> planning.error(IssueCodes.DUPLICATE, name + " is defined in " + above.getImportURI()
                            + " too; give one of the imports a name: import \"" + statement.getImportURI() + "\" as NAME", statement,
                            HvPackage.Literals.IMPORT__IMPORT_URI));
        }
    }
}
