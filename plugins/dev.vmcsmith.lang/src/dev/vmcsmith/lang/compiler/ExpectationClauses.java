// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.Expectations.Clause;
import dev.vmcsmith.image.Expectations.Relation;
import dev.vmcsmith.lang.hv.ExpectCount;
import dev.vmcsmith.lang.hv.ExpectExits;
import dev.vmcsmith.lang.hv.ExpectLog;
import dev.vmcsmith.lang.hv.Expectation;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SourceText;
import java.util.Arrays;
import java.util.List;

/** The {@code expect} lines of a setup in the form in which an image carries them. */
final class ExpectationClauses {
    private ExpectationClauses() {
    }

    static List<Clause> of(SetupPlan plan, String file) {
        return plan.run().getExpectations().stream().map(expectation -> clause(plan, expectation, file)).toList();
    }

    private static Clause clause(SetupPlan plan, Expectation expectation, String file) {
        int line = SourceText.line(expectation);
        return switch (expectation) {
            case ExpectExits exits -> new Expectations.Exits(exits.getReasons(), file, line);
            case ExpectCount count -> new Expectations.ExitCount(count.getReason(), relation(count.getRelation()),
                    plan.evaluator().value(count.getCount()).number(), file, line);
            case ExpectLog log -> new Expectations.LogContains(log.getText(), file, line);
            default -> throw new IllegalStateException("no clause for " + expectation.eClass().getName());
        };
    }

    private static Relation relation(String sign) {
        return Arrays.stream(Relation.values()).filter(relation -> relation.sign().equals(sign)).findFirst().orElseThrow();
    }
}
