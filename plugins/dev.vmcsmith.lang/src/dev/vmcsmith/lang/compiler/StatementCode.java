// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Assignment;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.CallStatement;
import dev.vmcsmith.lang.hv.ControlChange;
import dev.vmcsmith.lang.hv.Emulate;
import dev.vmcsmith.lang.hv.EptChange;
import dev.vmcsmith.lang.hv.If;
import dev.vmcsmith.lang.hv.Inject;
import dev.vmcsmith.lang.hv.Invept;
import dev.vmcsmith.lang.hv.Invvpid;
import dev.vmcsmith.lang.hv.Let;
import dev.vmcsmith.lang.hv.Log;
import dev.vmcsmith.lang.hv.Panic;
import dev.vmcsmith.lang.hv.PlaceAssignment;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Return;
import dev.vmcsmith.lang.hv.Skip;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Stop;
import dev.vmcsmith.lang.hv.Switch;
import dev.vmcsmith.lang.hv.Text;
import dev.vmcsmith.lang.hv.TextValue;
import dev.vmcsmith.lang.hv.While;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.EptPlanner;
import dev.vmcsmith.lang.plan.Events;
import dev.vmcsmith.lang.plan.ImageSymbols;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Vector;

/** The code of statements. RBP is the frame of the guest's registers; a function's return address lies on the stack. */
final class StatementCode {
    private final AsmText out;
    private final ValueCode values;
    private final ExpressionCode expressions;
    private final SetupPlan plan;

    StatementCode(AsmText out, ValueCode values, ExpressionCode expressions, SetupPlan plan) {
        this.out = out;
        this.values = values;
        this.expressions = expressions;
        this.plan = plan;
    }

    /** @param reason of the exit that is handled, null when it is any */
    void block(Block block, ExitReason reason) {
        block.getStatements().forEach(statement -> statement(statement, reason));
    }

    private void statement(Statement statement, ExitReason reason) {
        out.from(statement);
        switch (statement) {
            case Emulate emulate -> out.op("call emulate_" + reason.hvName().replace('-', '_'));
            case Skip skip -> out.op("call skip_instruction");
            case Stop stop -> out.op("jmp stop");
            case Log log -> text(log.getText());
            case Panic panic -> {
                out.op("mov esi, text_name").op("call print_text");
                text(panic.getText());
                out.op("jmp panic_state");
            }
            case Inject inject -> inject(inject);
            case If condition -> branches(condition, reason);
            case While loop -> repeat(loop, reason);
            case Let let -> {
                expressions.compute(let.getValue());
                values.store(expressions.cell(let));
            }
            case Assignment assignment -> {
                expressions.compute(assignment.getValue());
                expressions.write(assignment.getVariable());
            }
            case PlaceAssignment assignment -> expressions.write(assignment.getPlace(), assignment.getValue());
            case CallStatement call -> expressions.call(call.getCall());
            case Return end -> {
                if (end.getValue() == null) {
                    values.constant(0);
                } else {
                    expressions.compute(end.getValue());
                }
                out.op("ret");
            }
            case Switch other -> out.op("mov eax, " + LifecycleCode.descriptor(plan.vmcs(other.getVmcs()))).op("jmp switch_vmcs");
            case Invept invept -> {
                if (invept.getEpt() == null) {
                    out.op("call invalidate_all_epts");
                } else {
                    out.op("mov eax, " + ImageSymbols.eptPointer(plan.ept(invept.getEpt()))).op("call invalidate_ept");
                }
            }
            case Invvpid invvpid -> invvpid(invvpid);
            case ControlChange change -> control(change);
            case EptChange change -> eptChange(change);
            default -> throw new IllegalStateException("no code for " + statement.eClass().getName());
        }
    }

    // ---- events and VMX ------------------------------------------------------------------------------------------------------------

    private void inject(Inject inject) {
        if (inject.getKind() != null) {
            event(inject);
            return;
        }
        if (inject.getErrorCode() == null) {
            out.op("xor ecx, ecx");
        } else {
            expressions.compute(inject.getErrorCode());
            out.op("mov ecx, eax");
        }
        out.op("mov eax, " + Vector.byName(inject.getVector())).op("call inject_exception");
    }

    private void event(Inject inject) {
        if (Events.instructionLength(inject) > 0) {
            values.constant(Events.instructionLength(inject));
            values.writeField(VmcsField.ENTRY_INSTRUCTION_LENGTH);
        }
        if (inject.getNumber() == null) {
            out.op("xor eax, eax");
        } else {
            expressions.compute(inject.getNumber());
            out.op("movzx eax, al");
        }
        out.op("or eax, " + AsmText.hex(Events.information(inject))).op("call inject_event");
    }

    private void invvpid(Invvpid statement) {
        if (statement.getVpid() == null) {
            out.op("mov eax, 2").op("call invalidate_vpid");
            return;
        }
        if (statement.getAddress() != null) {
            expressions.compute(statement.getAddress());
            values.store("invvpid_descriptor + 8");
        }
        expressions.compute(statement.getVpid());
        out.op("movzx eax, ax").op("mov [invvpid_descriptor], eax").op("mov eax, " + (statement.getAddress() != null ? 0 : 1))
                .op("call invalidate_vpid");
    }

    private void control(ControlChange change) {
        ControlBit bit = StatementChecks.findControl(change.getControl());
        values.readField(bit.field().field());
        values.push();
        boolean set = change.getAction().equals("enable");
        values.constant(set ? bit.mask() : ~bit.mask());
        values.popRight();
        values.binary(set ? "|" : "&");
        values.writeField(bit.field().field());
    }

    private void eptChange(EptChange change) {
        EptPlan ept = plan.ept(change.getEpt());
        if (change.getTarget() != null) {
            expressions.compute(change.getTarget());
            values.store("map_target");
        }
        expressions.compute(change.getAddress());
        out.op("mov dword [map_moves], " + (change.getTarget() != null ? 1 : 0));
        out.op("mov dword [map_rights], " + (change.isUnmap() ? 0 : EptPlanner.rights(change.getRights())));
        out.op("mov dword [map_tables], " + ImageSymbols.eptTables(ept)).op("mov dword [map_shift], " + (ept.walk() == 5 ? 48 : 39));
        out.op("mov dword [map_pointer], " + ImageSymbols.eptPointer(ept)).op("call set_ept_rights");
    }

    // ---- control flow --------------------------------------------------------------------------------------------------------------

    private void branches(If condition, ExitReason reason) {
        String otherwise = out.newName("else");
        String end = out.newName("end");
        expressions.compute(condition.getCondition());
        values.test();
        out.op("jz " + otherwise);
        block(condition.getThen(), reason);
        boolean more = condition.getOtherwise() != null || condition.getElseIf() != null;
        if (more) {
            out.op("jmp " + end);
        }
        out.label(otherwise);
        if (condition.getOtherwise() != null) {
            block(condition.getOtherwise(), reason);
        } else if (condition.getElseIf() != null) {
            statement(condition.getElseIf(), reason);
        }
        out.label(end);
    }

    private void repeat(While loop, ExitReason reason) {
        String again = out.newName("again");
        String end = out.newName("end");
        out.label(again);
        expressions.compute(loop.getCondition());
        values.test();
        out.op("jz " + end);
        block(loop.getBody(), reason);
        out.from(loop).op("jmp " + again).label(end);
    }

    // ---- text ----------------------------------------------------------------------------------------------------------------------

    private void text(Text text) {
        for (int i = 0; i < text.getParts().size(); i++) {
            if (!text.getParts().get(i).isEmpty()) {
                out.op("mov esi, " + out.text(text.getParts().get(i))).op("call print_text");
            }
            if (i < text.getValues().size()) {
                value(text.getValues().get(i));
            }
        }
        out.op("call print_newline");
    }

    private void value(TextValue value) {
        expressions.compute(value.getValue());
        boolean reason = value.getValue() instanceof Reference reference && reference.getTarget() instanceof Builtin builtin
                && Variable.find(builtin.getName()) instanceof Variable.Field field && field.isExitReason();
        out.op("call " + ("x".equals(value.getFormat()) ? "print_hex_digits" : reason && value.getFormat() == null ? "print_reason_name"
                : "print_decimal"));
    }
}
