// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Descriptor;
import dev.vmcsmith.x86.Rflags;

/** The guest's segment fields by register, and the modes that the segment checks ask for. */
final class GuestModes {
    static final long CR4_FRED = 1L << 32;
    static final long V86 = Rflags.VM;
    static final long UNUSABLE = Descriptor.AR_UNUSABLE;

    /** In the order of {@link dev.vmcsmith.x86.Seg}: ES CS SS DS FS GS LDTR TR. */
    static final String[] NAME = {"ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR"};
    static final VmcsField[] SELECTOR = {GUEST_ES_SELECTOR, GUEST_CS_SELECTOR, GUEST_SS_SELECTOR, GUEST_DS_SELECTOR, GUEST_FS_SELECTOR,
        GUEST_GS_SELECTOR, GUEST_LDTR_SELECTOR, GUEST_TR_SELECTOR};
    static final VmcsField[] BASE = {GUEST_ES_BASE, GUEST_CS_BASE, GUEST_SS_BASE, GUEST_DS_BASE, GUEST_FS_BASE, GUEST_GS_BASE,
        GUEST_LDTR_BASE, GUEST_TR_BASE};
    static final VmcsField[] LIMIT = {GUEST_ES_LIMIT, GUEST_CS_LIMIT, GUEST_SS_LIMIT, GUEST_DS_LIMIT, GUEST_FS_LIMIT, GUEST_GS_LIMIT,
        GUEST_LDTR_LIMIT, GUEST_TR_LIMIT};
    static final VmcsField[] RIGHTS = {GUEST_ES_ACCESS_RIGHTS, GUEST_CS_ACCESS_RIGHTS, GUEST_SS_ACCESS_RIGHTS, GUEST_DS_ACCESS_RIGHTS,
        GUEST_FS_ACCESS_RIGHTS, GUEST_GS_ACCESS_RIGHTS, GUEST_LDTR_ACCESS_RIGHTS, GUEST_TR_ACCESS_RIGHTS};

    private static final String[] DATA = {"read-only", "read-only accessed", "read/write", "read/write accessed", "read-only expand-down",
        "read-only expand-down accessed", "read/write expand-down", "read/write expand-down accessed"};
    private static final String[] CODE = {"execute-only", "execute-only accessed", "execute/read", "execute/read accessed",
        "execute-only conforming", "execute-only conforming accessed", "execute/read conforming", "execute/read conforming accessed"};
    private static final String[] SYSTEM = {"reserved", "16-bit TSS (available)", "LDT", "16-bit TSS (busy)", "16-bit call gate",
            "task gate",
        "16-bit interrupt gate", "16-bit trap gate", "reserved", "TSS (available)", "reserved", "TSS (busy)", "call gate", "reserved",
        "interrupt gate", "trap gate"};

    private GuestModes() {
    }

    static int type(long rights) {
        return (int) rights & Descriptor.AR_TYPE;
    }

    static int dpl(long rights) {
        return (int) rights >> Descriptor.AR_DPL_SHIFT & 3;
    }

    static boolean usable(long rights) {
        return (rights & UNUSABLE) == 0;
    }

    /** The type in words: {@code type 10 (code, execute/read)}. */
    static String typeName(long rights) {
        int type = type(rights);
        if ((rights & Descriptor.AR_S) == 0) {
            return "type " + type + " (system, " + SYSTEM[type] + ")";
        }
        return "type " + type + (type < 8 ? " (data, " + DATA[type] : " (code, " + CODE[type - 8]) + ")";
    }
}
