// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.Expectations.Clause;
import dev.vmcsmith.image.Expectations.Relation;
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
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SourceText;
import dev.vmcsmith.lang.plan.VmcsPlan;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The {@code expect} lines of a setup in the form in which an image carries them. */
final class ExpectationClauses {
    private final SetupPlan plan;
    private final String file;
    private final ImageLayout layout;

    private ExpectationClauses(SetupPlan plan, String file, ImageLayout layout) {
        this.plan = plan;
        this.file = file;
        this.layout = layout;
    }

    static List<Clause> of(SetupPlan plan, String file, ImageLayout layout) {
        ExpectationClauses clauses = new ExpectationClauses(plan, file, layout);
        return plan.run().getExpectations().stream().flatMap(clauses::clauses).toList();
    }

    private Stream<Clause> clauses(Expectation expectation) {
        int line = SourceText.line(expectation);
        return switch (expectation) {
            case ExpectExits exits -> Stream.of(of(exits.getVmcs(), new Expectations.Exits(exits.getSteps().stream()
                    .map(ExpectationClauses::step).toList(), file, line)));
            case ExpectCount count -> Stream.of(of(count.getVmcs(), new Expectations.ExitCount(count.getReason(),
                    relation(count.getRelation()), value(count.getCount()), file, line)));
            case ExpectLog log -> Stream.of(switch (log.getRelation()) {
                case "lacks" -> new Expectations.LogLacks(log.getText(), file, line);
                case "matches" -> new Expectations.LogMatches(log.getText(), file, line);
                default -> new Expectations.LogContains(log.getText(), file, line);
            });
            case ExpectAt at -> at.getChecks().stream().map(check -> of(at.getVmcs(), at(at, check, line)));
            case ExpectMemory memory -> Stream.of(memory.getWidth() == null
                    ? new Expectations.MemoryText(host(memory.getAddress()), memory.getText(), file, line)
                    : new Expectations.Memory(host(memory.getAddress()), PlaceKind.width(memory.getWidth()), relation(memory.getRelation()),
                            value(memory.getValue()), file, line));
            case ExpectInstructions bound -> Stream.of(new Expectations.Instructions(relation(bound.getRelation()), value(bound.getCount()),
                    file, line));
            default -> throw new IllegalStateException("no clause for " + expectation.eClass().getName());
        };
    }

    /** @param vmcs whose exits the clause is about, null for all */
    private Clause of(Vmcs vmcs, Clause clause) {
        if (vmcs == null) {
            return clause;
        }
        VmcsPlan one = plan.vmcs(vmcs);
        return new Expectations.Of(one.name(), layout.address(one.symbol("vmcs_region")), clause);
    }

    private static String step(ExitStep step) {
        return step.isGap() ? "..." : step.isMany() ? step.getReason() + '+' : step.getTimes() > 0 ? step.getReason() + '*'
                + step.getTimes()
                : step.getReason();
    }

    private Clause at(ExpectAt at, FieldCheck check, int line) {
        long exit = at.getNumber() == null ? 0 : value(at.getNumber());
        String reason = at.getReason() == null ? "" : at.getReason();
        String name = ((Builtin) check.getVariable()).getName();
        Relation relation = relation(check.getRelation());
        long value = value(check.getValue());
        return switch (Variable.find(name)) {
            case Variable.Register r -> new Expectations.ValueAt(exit, reason, name, true, r.number(), r.high() ? 8 : 0, r.bits(), relation,
                    value, file, line);
            case Variable.Field f -> new Expectations.ValueAt(exit, reason, name, false, f.field().encoding(), 0, f.bits(), relation, value,
                    file, line);
        };
    }

    private long value(Expression expression) {
        return plan.evaluator().value(expression).number();
    }

    /** Where the memory of the guest that is launched first lies in the machine. */
    private long host(Expression address) {
        long host = ImageLayout.hostAddress(plan.launched().ept(), value(address));
        return host == -1 ? value(address) : host;
    }

    private static Relation relation(String sign) {
        return Arrays.stream(Relation.values()).filter(relation -> relation.sign().equals(sign)).findFirst().orElseThrow();
    }
}
