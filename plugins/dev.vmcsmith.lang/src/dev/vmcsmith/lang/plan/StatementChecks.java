// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.PlaceKind;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Call;
import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.Emulate;
import dev.vmcsmith.lang.hv.EptChange;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.HvPackage;
import dev.vmcsmith.lang.hv.If;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.Place;
import dev.vmcsmith.lang.hv.PlaceAssignment;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Return;
import dev.vmcsmith.lang.hv.Skip;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.TextValue;
import dev.vmcsmith.lang.hv.While;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.x86.Vector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.emf.common.util.TreeIterator;
import org.eclipse.emf.ecore.EObject;

/** Whether every statement of handlers and functions can do what it says. */
public final class StatementChecks {
    /** The exits whose instruction {@code emulate} performs. */
    public static final Set<ExitReason> EMULATED = EnumSet.of(ExitReason.CPUID, ExitReason.HLT, ExitReason.INVD, ExitReason.INVLPG,
            ExitReason.RDTSC, ExitReason.CR_ACCESS, ExitReason.DR_ACCESS, ExitReason.IO_INSTRUCTION, ExitReason.RDMSR, ExitReason.WRMSR,
            ExitReason.MWAIT, ExitReason.MONITOR, ExitReason.PAUSE, ExitReason.RDTSCP, ExitReason.WBINVD, ExitReason.XSETBV,
            ExitReason.GDTR_IDTR_ACCESS, ExitReason.LDTR_TR_ACCESS);
    /** What {@code inject} delivers beside exceptions. */
    public static final List<String> EVENTS = List.of("interrupt", "nmi", "software-interrupt", "mtf");

    /** How a value in a text can be shown: hexadecimal, decimal. */
    public static final List<String> FORMATS = List.of("x", "d");

    private final Planning planning;
    private boolean inFunction;

    StatementChecks(Planning planning) {
        this.planning = planning;
    }

    /** @param reason of the exits that the block handles, null for any */
    void handler(Block block, ExitReason reason) {
        inFunction = false;
        block(block, reason);
    }

    void function(Function function) {
        inFunction = true;
        block(function.getBody(), null);
        if (calls(function.getBody(), function, new HashSet<>())) {
            planning.error(IssueCodes.HANDLER, "the function " + function.getName() + " calls itself; use while", function,
                    HvPackage.Literals.FUNCTION__NAME);
        }
    }

    /** Whether a block calls a function, itself or through others. */
    private static boolean calls(EObject block, Function wanted, Set<Function> seen) {
        if (block == null) {
            return false;
        }
        for (TreeIterator<EObject> all = block.eAllContents(); all.hasNext();) {
            if (all.next() instanceof Call call && call.getFunction() instanceof Function called
                    && (called == wanted || seen.add(called) && calls(called.getBody(), wanted, seen))) {
                return true;
            }
        }
        return false;
    }

    private void block(Block block, ExitReason reason) {
        if (block == null) {
            return;
        }
        block.getStatements().forEach(statement -> {
            statement(statement, reason);
            if (!(statement instanceof If || statement instanceof While)) {
                expressions(statement);
            }
        });
    }

    private void statement(Statement statement, ExitReason reason) {
        switch (statement) {
            case Emulate emulate when reason == null || !EMULATED.contains(reason) -> planning.error(IssueCodes.HANDLER, "emulate performs "
                    + String.join(", ", EMULATED.stream().map(ExitReason::hvName).toList()) + "; "
                    + (inFunction ? "a function is for any exit" : "this handler is for " + (reason == null ? "any other exit"
                            : reason.hvName())), emulate, null);
            case Skip skip when reason != null && !reason.isInstruction() -> planning.error(IssueCodes.HANDLER,
                    "skip moves RIP past an instruction; " + reason.hvName() + " is not caused by one", skip, null);
            case If condition -> branches(condition, reason);
            case While loop -> {
                expressions(loop.getCondition());
                block(loop.getBody(), reason);
            }
            case Inject inject -> inject(inject);
            case Return end when !inFunction -> planning.error(IssueCodes.HANDLER, "only a function returns; a handler ends behind its last"
                    + " statement", end, null);
            case EptChange change -> eptChange(change);
            case ControlChange change -> control(change);
            case PlaceAssignment assignment -> place(assignment.getPlace(), true);
            case Assignment assignment -> assignment(assignment);
            default -> {
            }
        }
    }

    private void branches(If condition, ExitReason reason) {
        expressions(condition.getCondition());
        block(condition.getThen(), reason);
        block(condition.getOtherwise(), reason);
        if (condition.getElseIf() != null) {
            statement(condition.getElseIf(), reason);
        }
    }

    // ---- expressions ---------------------------------------------------------------------------------------------------------------

    /** Checks what an expression, or a statement without blocks, holds. */
    void expressions(EObject root) {
        if (root == null) {
            return;
        }
        expression(root);
        root.eAllContents().forEachRemaining(this::expression);
    }

    private void expression(EObject object) {
        switch (object) {
            case Call call -> call(call);
            case Place place when place.eContainingFeature() != HvPackage.Literals.PLACE_ASSIGNMENT__PLACE -> place(place, false);
            case TextValue value when value.getFormat() != null && !FORMATS.contains(value.getFormat()) -> planning.error(
                    IssueCodes.UNKNOWN_NAME, "a value is shown as x (hexadecimal) or d (decimal)", value,
                    HvPackage.Literals.TEXT_VALUE__FORMAT);
            case Reference reference when reference.getTarget() instanceof Function function -> planning.error(IssueCodes.HANDLER,
                    function.getName() + " is a function: write " + function.getName() + "(" + ")", reference, null);
            default -> {
            }
        }
    }

    private void call(Call call) {
        Symbol target = call.getFunction();
        if (target == null || target.eIsProxy()) {
            return;
        }
        if (!(target instanceof Function function)) {
            planning.error(IssueCodes.HANDLER, HvNames.of(target) + " is no function", call, HvPackage.Literals.CALL__FUNCTION);
        } else if (function.getParameters().size() != call.getArguments().size()) {
            int wanted = function.getParameters().size();
            planning.error(IssueCodes.HANDLER, function.getName() + " takes " + (wanted == 1 ? "1 argument" : wanted + " arguments"), call,
                    HvPackage.Literals.CALL__FUNCTION);
        }
    }

    private void place(Place place, boolean written) {
        if (place == null || place.getSpace() == null) {
            return;
        }
        PlaceKind kind = PlaceKind.find(place.getSpace());
        if (kind == null) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("place", place.getSpace(), PlaceKind.names()) + " (known: "
                    + String.join(", ", PlaceKind.names()) + ")", place, HvPackage.Literals.PLACE__SPACE);
        } else if (written && !kind.writable()) {
            planning.error(IssueCodes.HANDLER, place.getSpace() + " can only be read", place, HvPackage.Literals.PLACE__SPACE);
        }
    }

    // ---- single statements ---------------------------------------------------------------------------------------------------------

    /** An event for the next VM entry, in a handler or in a VMCS. */
    void inject(Inject inject) {
        if (inject.getKind() != null) {
            event(inject);
            return;
        }
        if (inject.getVector() == null) {
            return;
        }
        int vector = Vector.byName(inject.getVector());
        if (vector < 0) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("exception", inject.getVector(), VmcsPlanner.exceptionNames()),
                    inject, HvPackage.Literals.INJECT__VECTOR);
        } else if (vector == Vector.BP || vector == Vector.OF) {
            planning.error(IssueCodes.HANDLER, inject.getVector() + " is a software exception; only hardware exceptions can be injected",
                    inject, HvPackage.Literals.INJECT__VECTOR);
        } else if (inject.getErrorCode() != null && !Vector.hasErrorCode(vector)) {
            planning.error(IssueCodes.HANDLER, inject.getVector() + " has no error code", inject, HvPackage.Literals.INJECT__ERROR_CODE);
        }
    }

    private void event(Inject inject) {
        boolean numbered = inject.getKind().endsWith("interrupt");
        if (!EVENTS.contains(inject.getKind())) {
            planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("event", inject.getKind(), EVENTS) + " (known: exceptions such as"
                    + " #UD, " + String.join(", ", EVENTS) + ")", inject, HvPackage.Literals.INJECT__KIND);
        } else if (numbered != (inject.getNumber() != null)) {
            planning.error(IssueCodes.HANDLER, numbered ? "an interrupt has a vector: inject " + inject.getKind() + "(32)"
                    : inject.getKind() + " has no number", inject, HvPackage.Literals.INJECT__KIND);
        } else if (inject.getErrorCode() != null) {
            planning.error(IssueCodes.HANDLER, "only exceptions have an error code", inject, HvPackage.Literals.INJECT__ERROR_CODE);
        }
    }

    private void eptChange(EptChange change) {
        if (change.getRights() != null && change.getRights().indexOf('w') >= 0 && change.getRights().indexOf('r') < 0) {
            planning.error(IssueCodes.EPT_FORM, "an EPT entry has the rights r, w, x and u, and w only with r", change,
                    HvPackage.Literals.EPT_CHANGE__RIGHTS);
        }
    }

    private void control(ControlChange change) {
        if (change.getControl() != null && findControl(change.getControl()) == null) {
            List<String> names = new ArrayList<>(Arrays.stream(ControlBit.values()).map(ControlBit::hvName).toList());
            boolean several = ControlBit.find(change.getControl()).size() > 1;
            planning.error(IssueCodes.UNKNOWN_NAME, several ? change.getControl() + " is a control of several fields: write " + String.join(
                    " or ", ControlBit.find(change.getControl()).stream().map(bit -> bit.field().hvName() + '.' + bit.hvName()).toList())
                    : Suggestions.unknown("control", change.getControl(), names), change, HvPackage.Literals.CONTROL_CHANGE__CONTROL);
        }
    }

    /** The control with this name, alone or behind the name of its field; null when there is none or more than one. */
    public static ControlBit findControl(String name) {
        int dot = name.indexOf('.');
        if (dot > 0) {
            ControlField field = ControlField.find(name.substring(0, dot));
            return field == null ? null : ControlBit.find(field, name.substring(dot + 1));
        }
        List<ControlBit> found = ControlBit.find(name);
        return found.size() == 1 ? found.getFirst() : null;
    }

    /** The control that a statement switches on; null when it switches one off, or there is no such control. */
    static ControlBit enabled(ControlChange change) {
        return "enable".equals(change.getAction()) && change.getControl() != null ? findControl(change.getControl()) : null;
    }

    private void assignment(Assignment assignment) {
        Symbol target = assignment.getVariable();
        if (target == null || target.eIsProxy() || target instanceof GlobalVariable) {
            return;
        }
        Variable variable = target instanceof Builtin builtin ? Variable.find(builtin.getName()) : null;
        if (variable == null || !variable.writable()) {
            planning.error(IssueCodes.HANDLER, HvNames.of(target) + " can only be read; registers, VMCS fields and var can be changed",
                    assignment, HvPackage.Literals.ASSIGNMENT__VARIABLE);
        }
    }
}
