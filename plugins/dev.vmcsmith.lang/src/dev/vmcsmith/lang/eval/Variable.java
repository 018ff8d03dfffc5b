// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;

/** Something that a handler reads and writes while the hypervisor runs. */
public sealed interface Variable {
    /** The name as it is written in handlers. */
    String name();

    /** Whether a handler may assign to it. */
    boolean writable();

    /**
     * A guest general register or a part of one, in the frame that a VM exit saves.
     *
     * @param number 0 RAX, 1 RCX, … 15 R15; never 4 (RSP is a VMCS field)
     * @param bits   64, 32, 16 or 8
     * @param high   the second byte of the register: AH, CH, DH, BH
     */
    record Register(String name, int number, int bits, boolean high) implements Variable {
        @Override
        public boolean writable() {
            return true;
        }
    }

    /**
     * A field of the current VMCS.
     *
     * @param bits the low bits that the name stands for: 64 for all of the field
     */
    record Field(String name, VmcsField field, int bits) implements Variable {
        @Override
        public boolean writable() {
            return field.area() != FieldArea.EXIT && bits == 64;
        }

        /** Bits 15:0 of the exit reason, which are shown as a name. */
        public boolean isExitReason() {
            return field == VmcsField.EXIT_REASON;
        }
    }

    /**
     * The variable with this name, null if there is none. Fields are found in the exit, guest and control area without the area's name, and
     * in every area with it: {@code exit-qualification}, {@code rip}, {@code guest.cs.base}, {@code host.rsp}.
     */
    static Variable find(String name) {
        Variable register = Registers.find(name);
        return register != null ? register : field(name);
    }

    private static Variable field(String name) {
        int narrow = switch (name) {
            case "esp" -> 32;
            case "sp", "exit-reason" -> 16;
            case "eip", "eflags" -> 32;
            default -> 64;
        };
        String wide = switch (name) {
            case "esp", "sp" -> "rsp";
            case "eip" -> "rip";
            case "eflags" -> "rflags";
            default -> name;
        };
        for (FieldArea area : List.of(FieldArea.EXIT, FieldArea.GUEST, FieldArea.CONTROL)) {
            VmcsField field = VmcsField.find(area, wide);
            if (field != null) {
                return new Field(name, field, narrow);
            }
        }
        int dot = name.indexOf('.');
        for (FieldArea area : FieldArea.values()) {
            if (dot > 0 && area.hvName().equals(name.substring(0, dot))) {
                VmcsField field = VmcsField.find(area, name.substring(dot + 1));
                return field == null ? null : new Field(name, field, field == VmcsField.EXIT_REASON ? 16 : 64);
            }
        }
        return null;
    }

    /** The names of all variables, for proposals: registers, then the fields that need no area before their name. */
    static List<String> names() {
        List<String> names = new ArrayList<>(Registers.names());
        for (int i = 0; i < VmcsField.count(); i++) {
            VmcsField field = VmcsField.at(i);
            names.add(field.area() == FieldArea.HOST ? field.qualifiedName() : field.hvName());
        }
        return names;
    }
}
