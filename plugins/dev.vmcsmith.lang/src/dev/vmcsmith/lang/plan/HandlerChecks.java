// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Emulate;
import dev.vmcsmith.lang.hv.EptChange;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.ExpectCount;
import dev.vmcsmith.lang.hv.ExpectExits;
import dev.vmcsmith.lang.hv.Expectation;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.If;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.Log;
import dev.vmcsmith.lang.hv.Panic;
import dev.vmcsmith.lang.hv.Skip;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Text;
import dev.vmcsmith.lang.hv.TextValue;
import dev.vmcsmith.lang.hv.While;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.x86.Vector;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/** Whether handlers and expectations name real things, and whether every statement can do what it says. */
public final class HandlerChecks {
    /** The reason that stands for every exit without a handler of its own. */
    public static final String OTHER = "other";
    /** The exits whose instruction {@code emulate} performs. */
    public static final Set<ExitReason> EMULATED = EnumSet.of(ExitReason.CPUID, ExitReason.HLT, ExitReason.INVD, ExitReason.INVLPG,
            ExitReason.RDTSC, ExitReason.CR_ACCESS, ExitReason.DR_ACCESS, ExitReason.IO_INSTRUCTION, ExitReason.RDMSR, ExitReason.WRMSR,
            ExitReason.MWAIT,
            ExitReason.MONITOR, ExitReason.PAUSE, ExitReason.RDTSCP, ExitReason.WBINVD, ExitReason.XSETBV);

    private final Planning planning;
    private VmcsPlan launched;

    HandlerChecks(Planning planning) {
        this.planning = planning;
    }

    void check(SetupPlan plan) {
        launched = plan.launched();
        Set<String> complete = new HashSet<>();
        for (ExitHandler handler : plan.handlers()) {
            if (handler.getReason() == null) {
                continue;
            }
            ExitReason reason = ExitReason.find(handler.getReason());
            if (reason == null && !handler.getReason().equals(OTHER)) {
                unknownReason(handler.getReason(), handler, HvPackage.Literals.EXIT_HANDLER__REASON, -1, true);
            }
            String vmcs = handler.getVmcs() == null ? "" : handler.getVmcs().getName();
            if (complete.contains(vmcs + ' ' + handler.getReason()) || complete.contains(' ' + handler.getReason())) {
                planning.error(IssueCodes.DUPLICATE, "a handler above takes every exit for this reason", handler,
                        HvPackage.Literals.EXIT_HANDLER__REASON);
            } else if (handler.getCondition() == null) {
                complete.add(vmcs + ' ' + handler.getReason());
            }
            block(handler.getBody(), reason);
        }
        if (plan.run() != null) {
            plan.run().getExpectations().forEach(this::expectation);
        }
    }

    private void unknownReason(String name, EObject object, EStructuralFeature feature, int index, boolean other) {
        List<String> names = new java.util.ArrayList<>(Arrays.stream(ExitReason.values()).map(ExitReason::hvName).toList());
        if (other) {
            names.add(OTHER);
        }
        planning.findings().add(Finding.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exit reason", name, names), object,
                feature).at(index));
    }

    private void expectation(Expectation expectation) {
        switch (expectation) {
            case ExpectExits exits -> {
                for (int i = 0; i < exits.getReasons().size(); i++) {
                    if (ExitReason.find(exits.getReasons().get(i)) == null) {
                        unknownReason(exits.getReasons().get(i), exits, HvPackage.Literals.EXPECT_EXITS__REASONS, i, false);
                    }
                }
            }
            case ExpectCount count when count.getReason() != null -> {
                if (ExitReason.find(count.getReason()) == null) {
                    unknownReason(count.getReason(), count, HvPackage.Literals.EXPECT_COUNT__REASON, -1, false);
                }
                planning.constant(count.getCount());
            }
            default -> {
            }
        }
    }

    // ---- statements ----------------------------------------------------------------------------------------------------------------

    private void block(Block block, ExitReason reason) {
        if (block != null) {
            block.getStatements().forEach(statement -> statement(statement, reason));
        }
    }

    private void statement(Statement statement, ExitReason reason) {
        switch (statement) {
            case Emulate emulate when reason == null || !EMULATED.contains(reason) -> planning.error(IssueCodes.HANDLER, "emulate performs "
                    + String.join(", ", EMULATED.stream().map(ExitReason::hvName).toList()) + "; this handler is for "
                    + (reason == null ? "any other exit" : reason.hvName()), emulate, null);
            case Skip skip when reason != null && !reason.isInstruction() -> planning.error(IssueCodes.HANDLER,
                    "skip moves RIP past an instruction; " + reason.hvName() + " is not caused by one", skip, null);
            case If condition -> branches(condition, reason);
            case While loop -> block(loop.getBody(), reason);
            case Inject inject -> inject(inject);
            case Log log -> text(log.getText());
            case Panic panic -> text(panic.getText());
            case EptChange change -> eptChange(change);
            case Assignment assignment -> assignment(assignment);
            default -> {
            }
        }
    }

    private void branches(If condition, ExitReason reason) {
        block(condition.getThen(), reason);
        block(condition.getOtherwise(), reason);
        if (condition.getElseIf() != null) {
            statement(condition.getElseIf(), reason);
        }
    }

    private void inject(Inject inject) {
        if (inject.getVector() == null) {
            return;
        }
        int vector = Vector.byName(inject.getVector());
        if (vector < 0) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exception", inject.getVector(), VmcsPlanner.exceptionNames()),
                    inject,
                    HvPackage.Literals.INJECT__VECTOR);
        } else if (vector == Vector.BP || vector == Vector.OF) {
            planning.error(IssueCodes.HANDLER, inject.getVector() + " is a software exception; only hardware exceptions can be injected",
                    inject,
                    HvPackage.Literals.INJECT__VECTOR);
        } else if (inject.getErrorCode() != null && !Vector.hasErrorCode(vector)) {
            planning.error(IssueCodes.HANDLER, inject.getVector() + " has no error code", inject, HvPackage.Literals.INJECT__ERROR_CODE);
        }
    }

    private void eptChange(EptChange change) {
        if (change.getRights() != null && change.getRights().indexOf('u') >= 0 || "-w-".equals(change.getRights())
                || "-wx".equals(change.getRights())) {
            planning.error(IssueCodes.EPT_FORM, "an EPT entry has the rights r, w and x, and w only with r", change,
                    HvPackage.Literals.EPT_CHANGE__RIGHTS);
        }
        EptPlan ept = launched == null ? null : launched.ept();
        if (change.getEpt() != null && !change.getEpt().eIsProxy() && (ept == null || ept.origin() != change.getEpt())) {
            planning.error(IssueCodes.HANDLER, "the VMCS that runs has " + (ept == null ? "no EPT" : "the EPT " + ept.name()), change,
                    HvPackage.Literals.EPT_CHANGE__EPT);
        }
    }

    private void text(Text text) {
        if (text == null) {
            return;
        }
        for (TextValue value : text.getValues()) {
            if (value.getFormat() != null && !value.getFormat().equals("x") && !value.getFormat().equals("d")) {
                planning.error(IssueCodes.UNKNOWN_NAME, "a value is shown as x (hexadecimal) or d (decimal)", value,
                        HvPackage.Literals.TEXT_VALUE__FORMAT);
            }
        }
    }

    private void assignment(Assignment assignment) {
        Symbol target = assignment.getVariable();
        if (target == null || target.eIsProxy() || target instanceof GlobalVariable) {
            return;
        }
        Variable variable = target instanceof Builtin builtin ? Variable.find(builtin.getName()) : null;
        if (variable == null || !variable.writable()) {
            planning.error(IssueCodes.HANDLER, HvNames.of(target) + " can only be read; registers, VMCS fields and var can be changed",
                    assignment,
                    HvPackage.Literals.ASSIGNMENT__VARIABLE);
        }
    }
}
