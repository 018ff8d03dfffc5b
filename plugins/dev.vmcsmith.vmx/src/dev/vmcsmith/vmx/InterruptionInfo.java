// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Vector;

/**
 * The format that the VM-entry interruption-information field, the VM-exit interruption information and the
 * IDT-vectoring information share: vector in bits 7:0, type in 10:8, error-code valid in 11, NMI unblocking due to IRET in
 * 12 (VM exits only), nested exception in 13, valid in 31.
 */
public final class InterruptionInfo {
    public static final int EXTERNAL_INTERRUPT = 0;
    public static final int RESERVED = 1;
    public static final int NMI = 2;
    public static final int HARDWARE_EXCEPTION = 3;
    public static final int SOFTWARE_INTERRUPT = 4;
    public static final int PRIVILEGED_SOFTWARE_EXCEPTION = 5;
    public static final int SOFTWARE_EXCEPTION = 6;
    public static final int OTHER_EVENT = 7;

    public static final long VALID = 1L << 31;
    public static final long ERROR_CODE_VALID = 1L << 11;
    public static final long NMI_UNBLOCKING = 1L << 12;
    public static final long NESTED = 1L << 13;

    private static final String[] TYPES = {"external interrupt", "reserved type", "NMI", "hardware exception", "software interrupt",
        "privileged software exception", "software exception", "other event"};

    private InterruptionInfo() {
    }

    public static boolean valid(long info) {
        return (info & VALID) != 0;
    }

    public static int vector(long info) {
        return (int) info & 0xFF;
    }

    /** One of the type constants above. */
    public static int type(long info) {
        return (int) info >> 8 & 7;
    }

    public static boolean deliversErrorCode(long info) {
        return (info & ERROR_CODE_VALID) != 0;
    }

    /** The type in the SDM's words. */
    public static String typeName(int type) {
        return TYPES[type & 7];
    }

    /** A valid value for an event. */
    public static long encode(int type, int vector, boolean errorCode) {
        return VALID | (long) (type & 7) << 8 | vector & 0xFF | (errorCode ? ERROR_CODE_VALID : 0);
    }

    /** The value in words: {@code hardware exception #PF with error code}; {@code not valid} when bit 31 is 0. */
    public static String describe(long info) {
        if (!valid(info)) {
            return "not valid";
        }
        int type = type(info);
        int vector = vector(info);
        String event = switch (type) {
            case NMI -> vector == 2 ? "NMI" : "NMI with vector " + vector;
            case HARDWARE_EXCEPTION, SOFTWARE_EXCEPTION, PRIVILEGED_SOFTWARE_EXCEPTION -> TYPES[type] + ' ' + Vector.name(vector);
            case OTHER_EVENT -> switch (vector) {
                case 0 -> "pending MTF VM exit";
                case 1 -> "SYSCALL (FRED)";
                case 2 -> "SYSENTER (FRED)";
                default -> "other event " + vector;
            };
            default -> TYPES[type] + " %02XH".formatted(vector);
        };
        return event + (deliversErrorCode(info) ? " with error code" : "") + ((info & NMI_UNBLOCKING) != 0
                ? ", NMI unblocking due to IRET" : "")
                + ((info & NESTED) != 0 ? ", nested exception" : "");
    }
}
