// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.hover;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Binary;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.FieldCheck;
import dev.vmcsmith.lang.hv.FieldSetting;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.MsrAccess;
import dev.vmcsmith.lang.hv.MsrEntry;
import dev.vmcsmith.lang.hv.Place;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Unary;
import dev.vmcsmith.lang.hv.VpidSetting;
import dev.vmcsmith.lang.ide.contentassist.HvProposals;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.lang.ide.facts.Vocabulary;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.emf.ecore.EObject;

/** What a number means where it stands: as the value of a VMCS field, as the number of an MSR, as the encoding of a field. */
final class Numbers {

    private final VmxFacts facts;
    private final Supplier<SetupPlan> plan;

    Numbers(VmxFacts facts, Supplier<SetupPlan> plan) {
        this.facts = facts;
        this.plan = plan;
    }

    /** What is said about a number, or about the whole value that it is a part of. */
    Facts of(String written, Expression number, long value) {
        Expression whole = whole(number);
        EObject user = whole.eContainer();
        VmcsField field = field(whole, user);
        if (field != null) {
            Value result = whole == number ? Value.of(value) : plan.get().evaluator().value(whole);
            Facts inField = result.known() ? facts.value(field, result.number()) : null;
            return inField == null ? VmxFacts.number(written, value) : whole == number ? inField
                    : new Facts(VmxFacts.number(written, value).toString().replace("\n", ": "), List.of(inField.title())).with(inField.lines());
        }
        if (isMsr(whole, user) && whole == number && Msr.name((int) value) != null) {
            return VmxFacts.number(written, value).with(List.of("MSR " + Msr.name((int) value)));
        }
        if (user instanceof FieldSetting setting && setting.getEncoding() == whole && VmcsField.byEncoding((int) value) != null) {
            return facts.field(VmcsField.byEncoding((int) value));
        }
        return VmxFacts.number(written, value);
    }

    /** The expression around a number whose value is used: what it is calculated for. */
    private static Expression whole(Expression number) {
        Expression whole = number;
        while (whole.eContainer() instanceof Unary || whole.eContainer() instanceof Binary outer
                && !Vocabulary.COMPARISONS.contains(outer.getOperator()) && !outer.getOperator().equals("&&")
                && !outer.getOperator().equals("||")) {
            whole = (Expression) whole.eContainer();
        }
        return whole;
    }

    private static VmcsField field(Expression whole, EObject user) {
        return switch (user) {
            case FieldSetting setting when setting.getValue() == whole -> setting.getField() != null
                    ? VmcsField.find(HvProposals.area(setting), setting.getField()) : null;
            case VpidSetting setting -> VmcsField.VPID;
            case Assignment assignment -> field(assignment.getVariable());
            case FieldCheck check -> field(check.getVariable());
            case Binary comparison -> (comparison.getLeft() == whole ? comparison.getRight() : comparison.getLeft()) instanceof Reference other
                    ? field(other.getTarget()) : null;
            case null, default -> null;
        };
    }

    private static VmcsField field(Symbol variable) {
        return variable instanceof Builtin builtin && Variable.find(builtin.getName()) instanceof Variable.Field field ? field.field() : null;
    }

    private static boolean isMsr(Expression whole, EObject user) {
        return user instanceof MsrAccess || user instanceof MsrEntry && whole.eContainingFeature() == HvPackage.Literals.MSR_ENTRY__MSR
                || user instanceof Place place && "msr".equals(place.getSpace());
    }
}
