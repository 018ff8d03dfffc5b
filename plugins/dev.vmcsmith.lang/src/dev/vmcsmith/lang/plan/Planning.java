// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** What the planners of one setup share: the model, its directory, the evaluator and the list of what is wrong. */
final class Planning {
    private final Setup setup;
    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();
    private Evaluator evaluator;

    Planning(Setup setup, Path directory) {
        this.setup = setup;
        this.directory = directory;
    }

    Setup setup() {
        return setup;
    }

    /** Where relative file names start. */
    Path directory() {
        return directory;
    }

    List<Finding> findings() {
        return findings;
    }

    void evaluator(Evaluator made) {
        evaluator = made;
    }

    <T extends Element> List<T> elements(Class<T> type) {
        return setup.getElements().stream().filter(type::isInstance).map(type::cast).toList();
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
