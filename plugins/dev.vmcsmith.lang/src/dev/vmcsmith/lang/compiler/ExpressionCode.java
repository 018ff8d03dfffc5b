// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.PlaceKind;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Binary;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Call;
import dev.vmcsmith.lang.hv.Ept;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.Let;
import dev.vmcsmith.lang.hv.PageOf;
import dev.vmcsmith.lang.hv.Parameter;
import dev.vmcsmith.lang.hv.Place;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Unary;
import dev.vmcsmith.lang.hv.Vmcs;
import dev.vmcsmith.lang.plan.ImageSymbols;
import dev.vmcsmith.lang.plan.SetupPlan;
import java.util.IdentityHashMap;
import java.util.Map;

/** Code that computes expressions, and that stores values where assignments want them. The stack holds what is in between. */
final class ExpressionCode {
    private final AsmText out;
    private final ValueCode values;
    private final SetupPlan plan;
    private final Evaluator evaluator;
    private final Map<Symbol, String> cells = new IdentityHashMap<>();
    private final Map<Function, String> functions = new IdentityHashMap<>();

    ExpressionCode(AsmText out, ValueCode values, SetupPlan plan) {
        this.out = out;
        this.values = values;
        this.plan = plan;
        this.evaluator = plan.evaluator();
    }

    void compute(Expression expression) {
        Value value = evaluator.value(expression);
        if (value.known()) {
            values.constant(value.number());
            return;
        }
        switch (expression) {
            case Reference reference -> reference(reference.getTarget());
            case PageOf page -> {
                compute(page.getAddress());
                values.page();
            }
            case Unary unary -> unary(unary);
            case Binary binary -> binary(binary);
            case Call call -> call(call);
            case Place place -> read(place);
            default -> throw new IllegalStateException("no code for " + expression.eClass().getName());
        }
    }

    private void reference(Symbol target) {
        switch (target) {
            case Builtin builtin -> read(Variable.find(builtin.getName()));
            case Ept ept -> address(ImageSymbols.eptPointer(plan.ept(ept)));
            case Vmcs vmcs -> address(plan.vmcs(vmcs).symbol("vmcs_region"));
            default -> values.load(cell(target));
        }
    }

    private void address(String label) {
        out.op("mov eax, " + label);
        values.extend();
    }

    private void read(Variable variable) {
        switch (variable) {
            case Variable.Register register -> values.load(slot(register), register.bits() / 8);
            case Variable.Field field -> {
                values.readField(field.field());
                if (field.bits() == 32) {
                    out.op("mov eax, eax");
                    values.extend();
                } else if (field.bits() == 16) {
                    out.op("movzx eax, ax");
                    values.extend();
                }
            }
        }
    }

    private static String slot(Variable.Register register) {
        return "rbp + " + (register.number() * 8 + (register.high() ? 1 : 0));
    }

    /**
     * The label of the 8 bytes that hold a {@code var}, a {@code let} or a parameter. Handlers do not interrupt each other and functions do
     * not call themselves, so each name has one place. The debugger finds the name in the label: {@code var_NAME_NUMBER},
     * {@code let_NAME_NUMBER}.
     */
    String cell(Symbol symbol) {
        return cells.computeIfAbsent(symbol, s -> {
            String label = out.newName(switch (s) {
                case GlobalVariable variable -> "var_" + ImageSymbols.label(variable.getName());
                case Let let -> "let_" + ImageSymbols.label(let.getName());
                case Parameter parameter -> "let_" + ImageSymbols.label(parameter.getName());
                default -> "let";
            });
            long first = s instanceof GlobalVariable variable ? evaluator.value(variable.getValue()).number() : 0;
            out.data("align 8").data(label + ": dq " + AsmText.hex(first));
            return label;
        });
    }

    /** Stores the value. */
    void write(Symbol target) {
        if (!(target instanceof Builtin builtin)) {
            values.store(cell(target));
            return;
        }
        switch (Variable.find(builtin.getName())) {
            case Variable.Register register -> {
                if (register.bits() == 32) {
                    out.op("mov eax, eax");
                    values.extend();
                }
                values.store(slot(register), register.bits() >= 32 ? 8 : register.bits() / 8);
            }
            case Variable.Field field -> {
                values.writeField(field.field());
                if (field.field().hvName().matches("cr[034]")) {
                    out.op("call forget_translations");
                }
            }
        }
    }

    // ---- places --------------------------------------------------------------------------------------------------------------------

    private void read(Place place) {
        PlaceKind kind = PlaceKind.find(place.getSpace());
        compute(place.getIndex());
        switch (kind.space()) {
            case MSR -> out.op("mov ecx, eax").op("call handler_rdmsr");
            case PORT -> {
                out.op("mov edx, eax").op("mov ebx, " + (kind.bytes() - 1)).op("call port_in").op("mov eax, eax");
                values.extend();
            }
            case GUEST_VIRTUAL, GUEST_PHYSICAL -> {
                out.op("mov ecx, " + kind.bytes()).op("call " + (kind.space() == PlaceKind.Space.GUEST_VIRTUAL ? "read_virtual"
                        : "read_physical")).op("jc not_mapped");
                values.load("transfer", kind.bytes());
            }
            case HOST -> {
                out.op("mov ebx, eax");
                values.load("rbx", kind.bytes());
            }
            case TRANSLATION -> {
                String mapped = out.newName("decided");
                out.op("call guest_virtual").op("jnc " + mapped);
                values.constant(-1);
                out.label(mapped);
            }
        }
    }

    /** Computes the value and stores it in a place. */
    void write(Place place, Expression value) {
        PlaceKind kind = PlaceKind.find(place.getSpace());
        compute(value);
        values.push();
        compute(place.getIndex());
        switch (kind.space()) {
            case MSR -> {
                out.op("mov esi, eax");
                values.popRight();
                rightToValue();
                out.op("mov ecx, esi").op("call handler_wrmsr");
            }
            case PORT -> {
                out.op("mov esi, eax");
                values.popRight();
                out.op("mov eax, ecx").op("mov edx, esi").op("mov ebx, " + (kind.bytes() - 1)).op("call port_out");
            }
            case GUEST_VIRTUAL, GUEST_PHYSICAL -> {
                values.popRight();
                rightToTransfer();
                out.op("mov ecx, " + kind.bytes()).op("call " + (kind.space() == PlaceKind.Space.GUEST_VIRTUAL ? "write_virtual"
                        : "write_physical")).op("jc not_mapped");
            }
            case HOST -> {
                out.op("mov esi, eax");
                values.popRight();
                rightToValue();
                values.store("rsi", kind.bytes());
            }
            default -> throw new IllegalStateException("no place to write to: " + place.getSpace());
        }
    }

    private void rightToValue() {
        out.op("mov rax, rcx");
        if (values instanceof PairValues) {
            out.op("mov edx, ebx");
        }
    }

    private void rightToTransfer() {
        out.op("mov [transfer], rcx");
        if (values instanceof PairValues) {
            out.op("mov [transfer + 4], ebx");
        }
    }

    // ---- functions and operators ---------------------------------------------------------------------------------------------------

    /** The label of a function's code. */
    String function(Function function) {
        return functions.computeIfAbsent(function, f -> out.newName("function"));
    }

    void call(Call call) {
        Function function = (Function) call.getFunction();
        for (Expression argument : call.getArguments()) {
            compute(argument);
            values.push();
        }
        for (int i = call.getArguments().size() - 1; i >= 0; i--) {
            values.popRight();
            rightToValue();
            values.store(cell(function.getParameters().get(i)));
        }
        out.op("call " + function(function));
    }

    private void unary(Unary unary) {
        compute(unary.getOperand());
        switch (unary.getOperator()) {
            case "-" -> values.negate();
            case "~" -> values.complement();
            default -> {
                values.test();
                out.op("setz al").op("movzx eax, al");
                values.extend();
            }
        }
    }

    private void binary(Binary binary) {
        String operator = binary.getOperator();
        if (operator.equals("&&") || operator.equals("||")) {
            shortCircuit(binary, operator.equals("&&"));
            return;
        }
        compute(binary.getRight());
        values.push();
        compute(binary.getLeft());
        values.popRight();
        values.binary(operator);
    }

    private void shortCircuit(Binary binary, boolean and) {
        String end = out.newName("decided");
        compute(binary.getLeft());
        values.truth();
        out.op((and ? "jz " : "jnz ") + end);
        compute(binary.getRight());
        values.truth();
        out.label(end);
    }
}
