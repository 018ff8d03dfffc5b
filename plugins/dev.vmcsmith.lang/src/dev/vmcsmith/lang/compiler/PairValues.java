// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;

/** Values in EDX:EAX, right operands in EBX:ECX. Fields of 64 bits are read and written in halves. */
final class PairValues extends ValueCode {
    PairValues(AsmText out) {
        super(out);
    }

    @Override
    void constant(long value) {
        out.op("mov eax, " + AsmText.hex(value & 0xFFFF_FFFFL)).op("mov edx, " + AsmText.hex(value >>> 32));
    }

    @Override
    void load(String place) {
        out.op("mov edx, [" + place + " + 4]").op("mov eax, [" + place + ']');
    }

    @Override
    void load(String place, int bytes) {
        if (bytes == 8) {
            load(place);
            return;
        }
        out.op(bytes == 4 ? "mov eax, [" + place + ']' : "movzx eax, " + size(bytes) + " [" + place + ']');
        extend();
    }

    @Override
    void store(String place) {
        out.op("mov [" + place + "], eax").op("mov [" + place + " + 4], edx");
    }

    @Override
    void store(String place, int bytes) {
        if (bytes == 8) {
            store(place);
        } else {
            out.op("mov [" + place + "], " + (bytes == 4 ? "eax" : bytes == 2 ? "ax" : "al"));
        }
    }

    @Override
    void push() {
        out.op("push edx").op("push eax");
    }

    @Override
    void popRight() {
        out.op("pop ecx").op("pop ebx");
    }

    @Override
    void binary(String operator) {
        switch (operator) {
            case "+" -> out.op("add eax, ecx").op("adc edx, ebx");
            case "-" -> out.op("sub eax, ecx").op("sbb edx, ebx");
            case "*" -> out.op("call multiply_wide");
            case "&" -> out.op("and eax, ecx").op("and edx, ebx");
            case "|" -> out.op("or eax, ecx").op("or edx, ebx");
            case "^" -> out.op("xor eax, ecx").op("xor edx, ebx");
            case "/" -> out.op("call divide_wide");
            case "%" -> out.op("call divide_wide").op("mov eax, ecx").op("mov edx, ebx");
            case "<<" -> out.op("call shift_left_wide");
            case ">>" -> out.op("call shift_right_wide");
            default -> {
                String high = out.newName("decided");
                out.op("cmp edx, ebx").op("jne " + high).op("cmp eax, ecx").label(high).op(set(operator) + " al").op("movzx eax, al");
                extend();
            }
        }
    }

    @Override
    void negate() {
        complement();
        out.op("add eax, 1").op("adc edx, 0");
    }

    @Override
    void complement() {
        out.op("not eax").op("not edx");
    }

    @Override
    void page() {
        out.op("and eax, 0xFFFFF000");
    }

    @Override
    void test() {
        out.op("or eax, edx");
    }

    @Override
    void extend() {
        out.op("xor edx, edx");
    }

    @Override
    void readField(VmcsField field) {
        if (field.width() == FieldWidth.W64) {
            out.op("mov ecx, " + AsmText.hex(field.encoding())).op("call read_wide");
        } else {
            out.op("mov edx, " + AsmText.hex(field.encoding())).op("call read_field");
            extend();
        }
    }

    @Override
    void writeField(VmcsField field) {
        if (field.width() == FieldWidth.W64) {
            out.op("mov ecx, " + AsmText.hex(field.encoding())).op("call write_wide");
        } else {
            out.op("mov edx, " + AsmText.hex(field.encoding())).op("call write_field");
        }
    }
}
