// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.PlaceKind;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.ExitStep;
import dev.vmcsmith.lang.hv.ExpectAt;
import dev.vmcsmith.lang.hv.ExpectCount;
import dev.vmcsmith.lang.hv.ExpectExits;
import dev.vmcsmith.lang.hv.ExpectInstructions;
import dev.vmcsmith.lang.hv.ExpectLog;
import dev.vmcsmith.lang.hv.ExpectMemory;
import dev.vmcsmith.lang.hv.Expectation;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.FieldCheck;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.vmx.ExitReason;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Whether expectations name real things and compare with numbers that are known before the run. */
public final class ExpectationChecks {
    /** One exit for any reason, in a list of exits. */
    public static final String ANY = "any";

    private final Planning planning;
    private final SetupPlan plan;

    ExpectationChecks(Planning planning, SetupPlan plan) {
        this.planning = planning;
        this.plan = plan;
    }

    void check(Expectation expectation) {
        switch (expectation) {
            case ExpectExits exits -> {
                runs(exits.getVmcs(), exits, HvPackage.Literals.EXPECT_EXITS__VMCS);
                exits.getSteps().forEach(this::step);
            }
            case ExpectCount count -> {
                runs(count.getVmcs(), count, HvPackage.Literals.EXPECT_COUNT__VMCS);
                reason(count.getReason(), count, HvPackage.Literals.EXPECT_COUNT__REASON);
                number(count.getCount(), count);
            }
            case ExpectLog log when "matches".equals(log.getRelation()) && log.getText() != null -> pattern(log);
            case ExpectAt at -> {
                runs(at.getVmcs(), at, HvPackage.Literals.EXPECT_AT__VMCS);
                reason(at.getReason(), at, HvPackage.Literals.EXPECT_AT__REASON);
                number(at.getNumber(), at);
                at.getChecks().forEach(this::field);
            }
            case ExpectMemory memory -> {
                if (memory.getWidth() != null && PlaceKind.width(memory.getWidth()) == 0) {
                    planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("width", memory.getWidth(), PlaceKind.WIDTHS)
                            + " (known: " + String.join(", ", PlaceKind.WIDTHS) + ")", memory, HvPackage.Literals.EXPECT_MEMORY__WIDTH);
                }
                number(memory.getAddress(), memory);
                number(memory.getValue(), memory);
            }
            case ExpectInstructions bound -> number(bound.getCount(), bound);
            default -> {
            }
        }
    }

    private void runs(Vmcs vmcs, EObject object, EStructuralFeature feature) {
        if (vmcs != null && !vmcs.eIsProxy() && plan.used().stream().noneMatch(used -> used.origin() == vmcs)) {
            planning.error(IssueCodes.BAD_VALUE, vmcs.getName() + " does not run: no processor launches it, and no handler switches to it",
                    object, feature);
        }
    }

    private void step(ExitStep step) {
        if (step.getReason() != null && !step.getReason().equals(ANY)) {
            reason(step.getReason(), step, HvPackage.Literals.EXIT_STEP__REASON);
        }
    }

    private void reason(String name, EObject object, EStructuralFeature feature) {
        if (name != null && ExitReason.find(name) == null) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exit reason", name, Arrays.stream(ExitReason.values())
                    .map(ExitReason::hvName).toList()), object, feature);
        }
    }

    private void pattern(ExpectLog log) {
        try {
            Pattern.compile(log.getText());
        } catch (PatternSyntaxException e) {
            planning.error(IssueCodes.BAD_VALUE, "this is no regular expression: " + e.getDescription(), log,
                    HvPackage.Literals.EXPECT_LOG__TEXT);
        }
    }

    private void field(FieldCheck check) {
        if (check.getVariable() == null || check.getVariable().eIsProxy()) {
            return;
        }
        if (!(check.getVariable() instanceof Builtin builtin) || Variable.find(builtin.getName()) == null) {
            planning.error(IssueCodes.HANDLER, "an exit is described by registers and VMCS fields", check,
                    HvPackage.Literals.FIELD_CHECK__VARIABLE);
        }
        number(check.getValue(), check);
    }

    private void number(Expression expression, EObject object) {
        if (expression != null && planning.constant(expression).isEmpty() && planning.findings().stream().noneMatch(f ->
                f.object() == expression
                || f.object().eContainer() == expression)) {
            planning.error(IssueCodes.BAD_VALUE, "an expectation compares with a number that is known before the run", expression, null);
        }
    }
}
