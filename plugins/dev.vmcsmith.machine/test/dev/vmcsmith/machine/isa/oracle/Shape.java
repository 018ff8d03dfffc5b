// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.x86.insn.InstructionForm;
import java.util.ArrayList;
import java.util.List;

/** A row of the table with the code size and operand size in which it is tried. */
record Shape(InstructionForm form, int bits, int operandSize) {
    static List<Shape> of(FormClass type, CaseGenerator generator, int... codeSizes) {
        List<Shape> shapes = new ArrayList<>();
        for (InstructionForm form : type.forms()) {
            if (!Features.here(form)) {
                continue;
            }
            for (int bits : codeSizes) {
                generator.sizes(form, bits).forEach(size -> shapes.add(new Shape(form, bits, size)));
            }
        }
        return shapes;
    }
}
