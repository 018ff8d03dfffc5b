// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Run;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Vcpu;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.scoping.Imports;
import dev.vmcsmith.lang.scoping.ProjectNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.emf.ecore.resource.Resource;

/** What the planners of one setup share: the model, its directory, the evaluator and the list of what is wrong. */
final class Planning {
    private final Setup setup;
    private final Path directory;
    private final List<Setup> setups;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Symbol, String> uniqueNames = new IdentityHashMap<>();
    private final Set<String> takenNames = new HashSet<>();
    private final Map<URI, Map<String, List<String>>> projectNames = new HashMap<>();
    private Map<Vcpu, Integer> processors;
    private Evaluator evaluator;

    Planning(Setup setup, Path directory) {
        this.setup = setup;
        this.directory = directory;
        this.setups = Imports.all(setup);
    }

    Setup setup() {
        return setup;
    }

    /** Where relative file names start that the setup's own file holds. */
    Path directory() {
        return directory;
    }

    /** Where the relative file names start that an object holds: the directory of its file. */
    Path directory(EObject object) {
        Resource resource = object.eResource();
        if (resource == null || resource == setup.eResource() || !resource.getURI().isFile()) {
            return directory;
        }
        return Path.of(resource.getURI().toFileString()).toAbsolutePath().getParent();
    }

    /** The setup and the files that it imports, itself first. */
    List<Setup> setups() {
        return setups;
    }

    boolean isOwn(EObject object) {
        return object.eResource() == setup.eResource();
    }

    /** The name in the image of a VMCS's region. */
    String regionSymbol(Vmcs vmcs) {
        return "vmcs_region" + suffix(vmcs);
    }

    /** The run of the setup's own file, null when there is none; those of imported files are theirs. */
    Run run() {
        return elements(Run.class).stream().filter(this::isOwn).findFirst().orElse(null);
    }

    /** The number of each processor that the run names. */
    Map<Vcpu, Integer> processors() {
        if (processors == null) {
            processors = ProcessorPlanner.numbers(run(), this);
        }
        return processors;
    }

    /** Behind the names of a VMCS's things in the image: nothing for the VMCS that processor 0 launches. */
    String suffix(Vmcs vmcs) {
        boolean first = processors().entrySet().stream().anyMatch(entry -> entry.getValue() == 0 && entry.getKey().getVmcs() == vmcs);
        return first ? "" : '_' + ImageSymbols.label(uniqueName(vmcs));
    }

    /** A name that nothing else of the setup has: that of the symbol, with a number when files use a name twice. */
    String uniqueName(Symbol symbol) {
        return uniqueNames.computeIfAbsent(symbol, s -> {
            String name = String.valueOf(HvNames.of(symbol));
            String free = name;
            for (int i = 2; !takenNames.add(free); i++) {
                free = name + '.' + i;
            }
            return free;
        });
    }

    /** The files of the project that declare a name which the file of an object does not know. */
    List<String> declaring(String name, EObject object) {
        URI uri = object.eResource() == null ? null : object.eResource().getURI();
        return uri == null ? List.of() : projectNames.computeIfAbsent(uri, ProjectNames::around).getOrDefault(name, List.of());
    }

    List<Finding> findings() {
        return findings;
    }

    void evaluator(Evaluator made) {
        evaluator = made;
    }

    /** In the order of the files, those of the setup's own file first. */
    <T extends Element> List<T> elements(Class<T> type) {
        return setups.stream().flatMap(file -> file.getElements().stream()).filter(type::isInstance).map(type::cast).toList();
    }

    void error(String code, String message, EObject object, EStructuralFeature feature) {
        findings.add(Finding.error(code, message, object, feature));
    }

    void warning(String code, String message, EObject object, EStructuralFeature feature) {
        findings.add(Finding.warning(code, message, object, feature));
    }

    Value value(Expression expression) {
        return evaluator.value(expression);
    }

    Value value(Constant constant) {
        return evaluator.value(constant);
    }

    /** The value of an expression that must be known now; empty when it is not, which is reported where the reason is. */
    OptionalLong constant(Expression expression) {
        Value value = evaluator.value(expression);
        return value.known() ? OptionalLong.of(value.number()) : OptionalLong.empty();
    }
}
