// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.facts.Registers;
import dev.vmcsmith.lang.ide.facts.VmxFacts;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;

/** What a handler's expression means by a name that no file defines: a guest register, a VMCS field or an MSR. */
public final class BuiltinFacts {
    private static final FieldArea[] ORDER = {FieldArea.EXIT, FieldArea.GUEST, FieldArea.CONTROL, FieldArea.HOST};

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
        return Registers.isRegister(name) ? Facts.of(name, "The guest's register at the VM exit") : null;
    }

    private static VmcsField field(String name) {
        for (FieldArea area : ORDER) {
            String own = name.startsWith(area.hvName() + ".") ? name.substring(area.hvName().length() + 1) : name;
            VmcsField field = VmcsField.find(area, own);
            if (field != null) {
                return field;
            }
        }
        return null;
    }
}
