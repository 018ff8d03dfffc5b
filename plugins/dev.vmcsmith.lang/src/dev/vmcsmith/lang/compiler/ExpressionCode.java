// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.lang.eval.Evaluator;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.hv.Binary;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.GlobalVariable;
import dev.vmcsmith.lang.hv.PageOf;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Unary;
import dev.vmcsmith.lang.plan.ImageSymbols;
import java.util.IdentityHashMap;
import java.util.Map;

/** Code that computes an expression into RAX. RBP is the frame of the guest's registers; RCX and RDX are lost; the stack holds the rest. */
final class ExpressionCode {
    private final AsmText out;
    private final Evaluator evaluator;
    private final Map<Symbol, String> cells = new IdentityHashMap<>();

    ExpressionCode(AsmText out, Evaluator evaluator) {
        this.out = out;
        this.evaluator = evaluator;
    }

    void compute(Expression expression) {
        Value value = evaluator.value(expression);
        if (value.known()) {
            out.op("mov rax, " + AsmText.hex(value.number()));
            return;
        }
        switch (expression) {
            case Reference reference when reference.getTarget() instanceof Builtin builtin -> read(Variable.find(builtin.getName()));
            case Reference reference -> out.op("mov rax, [" + cell(reference.getTarget()) + ']');
            case PageOf page -> {
                compute(page.getAddress());
                out.op("and rax, -4096");
            }
            case Unary unary -> unary(unary);
            case Binary binary -> binary(binary);
            default -> throw new IllegalStateException("no code for " + expression.eClass().getName());
        }
    }

    private void read(Variable variable) {
        switch (variable) {
            case Variable.Register register -> {
                String place = "[rbp + " + (register.number() * 8 + (register.high() ? 1 : 0)) + ']';
                out.op(switch (register.bits()) {
                    case 64 -> "mov rax, " + place;
                    case 32 -> "mov eax, " + place;
                    case 16 -> "movzx eax, word " + place;
                    default -> "movzx eax, byte " + place;
                });
            }
            case Variable.Field field -> {
                out.op("mov edx, " + AsmText.hex(field.field().encoding())).op("call read_field");
                if (field.bits() == 32) {
                    out.op("mov eax, eax");
                } else if (field.bits() == 16) {
                    out.op("movzx eax, ax");
                }
            }
        }
    }

    /**
     * The label of the 8 bytes that hold a {@code var} or {@code let}. Handlers do not interrupt each other, so each name has one place.
     */
    String cell(Symbol symbol) {
        return cells.computeIfAbsent(symbol, s -> {
            String label = s instanceof GlobalVariable variable ? "var_" + ImageSymbols.label(variable.getName()) : out.newName("let");
            long first = s instanceof GlobalVariable variable ? evaluator.value(variable.getValue()).number() : 0;
            out.data("align 8").data(label + ": dq " + AsmText.hex(first));
            return label;
        });
    }

    /** Stores RAX. */
    void write(Symbol target) {
        if (!(target instanceof Builtin builtin)) {
            out.op("mov [" + cell(target) + "], rax");
            return;
        }
        switch (Variable.find(builtin.getName())) {
            case Variable.Register register -> {
                String place = "[rbp + " + (register.number() * 8 + (register.high() ? 1 : 0)) + ']';
                if (register.bits() == 32) {
                    out.op("mov eax, eax");
                }
                out.op("mov " + place + ", " + (register.bits() >= 32 ? "rax" : register.bits() == 16 ? "ax" : "al"));
            }
            case Variable.Field field -> {
                out.op("mov edx, " + AsmText.hex(field.field().encoding())).op("call write_field");
                if (field.field().hvName().matches("cr[034]")) {
                    out.op("call forget_translations");
                }
            }
        }
    }

    private void unary(Unary unary) {
        compute(unary.getOperand());
        switch (unary.getOperator()) {
            case "-" -> out.op("neg rax");
            case "~" -> out.op("not rax");
            default -> out.op("test rax, rax").op("setz al").op("movzx eax, al");
        }
    }

    private void binary(Binary binary) {
        String operator = binary.getOperator();
        if (operator.equals("&&") || operator.equals("||")) {
            shortCircuit(binary, operator.equals("&&"));
            return;
        }
        compute(binary.getRight());
        out.op("push rax");
        compute(binary.getLeft());
        out.op("pop rcx");
        switch (operator) {
            case "+" -> out.op("add rax, rcx");
            case "-" -> out.op("sub rax, rcx");
            case "*" -> out.op("imul rax, rcx");
            case "&" -> out.op("and rax, rcx");
            case "|" -> out.op("or rax, rcx");
            case "^" -> out.op("xor rax, rcx");
            case "/" -> divide("rax");
            case "%" -> divide("rdx");
            case "<<" -> shift("shl");
            case ">>" -> shift("shr");
            case "==" -> compare("setz");
            case "!=" -> compare("setnz");
            case "<" -> compare("setb");
            case "<=" -> compare("setbe");
            case ">" -> compare("seta");
            case ">=" -> compare("setae");
            default -> throw new IllegalStateException("operator " + operator);
        }
    }

    private void shortCircuit(Binary binary, boolean and) {
        String end = out.newName("decided");
        compute(binary.getLeft());
        truth();
        out.op((and ? "jz " : "jnz ") + end);
        compute(binary.getRight());
        truth();
        out.label(end);
    }

    /** RAX becomes 1 or 0, and ZF says which. */
    private void truth() {
        out.op("test rax, rax").op("setnz al").op("movzx eax, al").op("test eax, eax");
    }

    private void compare(String set) {
        out.op("cmp rax, rcx").op(set + " al").op("movzx eax, al");
    }

    private void divide(String result) {
        out.op("test rcx, rcx").op("jz division_by_zero").op("xor edx, edx").op("div rcx");
        if (!result.equals("rax")) {
            out.op("mov rax, " + result);
        }
    }

    private void shift(String shift) {
        String small = out.newName("small");
        out.op("cmp rcx, 63").op("jbe " + small).op("xor eax, eax").label(small).op(shift + " rax, cl");
    }
}
