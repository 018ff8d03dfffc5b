// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.eval.NamedNumbers;
import dev.vmcsmith.lang.eval.Variable;
import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import java.util.OptionalLong;

/** What a handler's expression means by a name that no file defines: a guest register, a VMCS field or an MSR. */
public final class BuiltinFacts {
    private BuiltinFacts() {
    }

    /** Null for a name that is neither. */
    public static Facts of(String name, VmxFacts facts) {
        VmcsField field = field(name);
        if (field != null) {
            return facts.field(field);
        }
        long msr = Msr.byName(name);
        if (msr >= 0) {
            return Facts.of(name, "MSR 0x%X".formatted(msr));
        }
        OptionalLong bit = NamedNumbers.find(name);
        if (bit.isPresent()) {
            return Facts.of(name, "Bit %d, 0x%X".formatted(Long.numberOfTrailingZeros(bit.getAsLong()), bit.getAsLong()));
        }
        return Registers.isRegister(name) ? Facts.of(name, "The guest's register at the VM exit") : null;
    }

    /** The VMCS field of this name; null when there is none. */
    public static VmcsField field(String name) {
        return Variable.find(name) instanceof Variable.Field variable ? variable.field() : null;
    }
}
