// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Descriptor;

/** Access rights of a segment register in the VMCS format, in words. The bits are in {@link Descriptor}. */
public final class AccessRights {
    private static final String[] DATA = {"read-only", "read-only accessed", "read/write", "read/write accessed", "read-only expand-down",
        "read-only expand-down accessed", "read/write expand-down", "read/write expand-down accessed"};
    private static final String[] CODE = {"execute-only", "execute-only accessed", "execute/read", "execute/read accessed",
        "execute-only conforming", "execute-only conforming accessed", "execute/read conforming", "execute/read conforming accessed"};
    private static final String[] SYSTEM = {"reserved", "16-bit TSS (available)", "LDT", "16-bit TSS (busy)", "16-bit call gate",
            "task gate",
        "16-bit interrupt gate", "16-bit trap gate", "reserved", "TSS (available)", "reserved", "TSS (busy)", "call gate", "reserved",
        "interrupt gate", "trap gate"};

    private AccessRights() {
    }

    public static int type(long rights) {
        return (int) rights & Descriptor.AR_TYPE;
    }

    public static int dpl(long rights) {
        return (int) rights >> Descriptor.AR_DPL_SHIFT & 3;
    }

    public static boolean usable(long rights) {
        return (rights & Descriptor.AR_UNUSABLE) == 0;
    }

    /** The type in words: {@code type 10 (code, execute/read)}. */
    public static String typeName(long rights) {
        int type = type(rights);
        if ((rights & Descriptor.AR_S) == 0) {
            return "type " + type + " (system, " + SYSTEM[type] + ")";
        }
        return "type " + type + (type < 8 ? " (data, " + DATA[type] : " (code, " + CODE[type - 8]) + ")";
    }

    /** All of it in words: {@code type 11 (code, execute/read accessed), DPL 0, present, 32-bit, 4-KByte granularity}. */
    public static String describe(long rights) {
        StringBuilder text = new StringBuilder(usable(rights) ? "" : "unusable, ").append(typeName(rights)).append(", DPL ")
                .append(dpl(rights))
                .append((rights & Descriptor.AR_P) != 0 ? ", present" : ", not present");
        if ((rights & Descriptor.AR_L) != 0) {
            text.append(", 64-bit");
        }
        if ((rights & Descriptor.AR_DB) != 0) {
            text.append(", 32-bit");
        }
        if ((rights & Descriptor.AR_G) != 0) {
            text.append(", 4-KByte granularity");
        }
        long reserved = rights & 0xFFFE_0F00L;
        return reserved == 0 ? text.toString() : text.append(", reserved bits 0x").append(Long.toHexString(reserved)).toString();
    }
}
