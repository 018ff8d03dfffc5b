// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.vmx.VmcsField;

/** Values in RAX, right operands in RCX. */
final class WideValues extends ValueCode {
    WideValues(AsmText out) {
        super(out);
    }

    @Override
    void constant(long value) {
        out.op("mov rax, " + AsmText.hex(value));
    }

    @Override
    void load(String place) {
        out.op("mov rax, [" + place + ']');
    }

    @Override
    void load(String place, int bytes) {
        out.op(switch (bytes) {
            case 8 -> "mov rax, [" + place + ']';
            case 4 -> "mov eax, [" + place + ']';
            default -> "movzx eax, " + size(bytes) + " [" + place + ']';
        });
    }

    @Override
    void store(String place) {
        out.op("mov [" + place + "], rax");
    }

    @Override
    void store(String place, int bytes) {
        out.op("mov [" + place + "], " + (bytes == 8 ? "rax" : bytes == 4 ? "eax" : bytes == 2 ? "ax" : "al"));
    }

    @Override
    void push() {
        out.op("push rax");
    }

    @Override
    void popRight() {
        out.op("pop rcx");
    }

    @Override
    void binary(String operator) {
        switch (operator) {
            case "+" -> out.op("add rax, rcx");
            case "-" -> out.op("sub rax, rcx");
            case "*" -> out.op("imul rax, rcx");
            case "&" -> out.op("and rax, rcx");
            case "|" -> out.op("or rax, rcx");
            case "^" -> out.op("xor rax, rcx");
            case "/" -> divide();
            case "%" -> {
                divide();
                out.op("mov rax, rdx");
            }
            case "<<" -> shift("shl");
            case ">>" -> shift("shr");
            default -> out.op("cmp rax, rcx").op(set(operator) + " al").op("movzx eax, al");
        }
    }

    private void divide() {
        out.op("test rcx, rcx").op("jz division_by_zero").op("xor edx, edx").op("div rcx");
    }

    private void shift(String shift) {
        String small = out.newName("small");
        out.op("cmp rcx, 63").op("jbe " + small).op("xor eax, eax").label(small).op(shift + " rax, cl");
    }

    @Override
    void negate() {
        out.op("neg rax");
    }

    @Override
    void complement() {
        out.op("not rax");
    }

    @Override
    void page() {
        out.op("and rax, -4096");
    }

    @Override
    void test() {
        out.op("test rax, rax");
    }

    @Override
    void extend() {
        // RAX is the value
    }

    @Override
    void readField(VmcsField field) {
        out.op("mov edx, " + AsmText.hex(field.encoding())).op("call read_field");
    }

    @Override
    void writeField(VmcsField field) {
        out.op("mov edx, " + AsmText.hex(field.encoding())).op("call write_field");
    }
}
