// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.ArrayList;
import java.util.List;

/** The guest's non-register state in words and bits (SDM "Guest Non-Register State"). */
public final class GuestState {
    public static final int ACTIVE = 0;
    public static final int HLT = 1;
    public static final int SHUTDOWN = 2;
    public static final int WAIT_FOR_SIPI = 3;

    public static final long BLOCKING_BY_STI = 1 << 0;
    public static final long BLOCKING_BY_MOV_SS = 1 << 1;
    public static final long BLOCKING_BY_SMI = 1 << 2;
    public static final long BLOCKING_BY_NMI = 1 << 3;
    public static final long ENCLAVE_INTERRUPTION = 1 << 4;
    /** Bits of the interruptibility state that must be 0. */
    public static final long INTERRUPTIBILITY_RESERVED = 0xFFFF_FFE0L;

    public static final long PENDING_B0_B3 = 0xF;
    public static final long PENDING_BUS_LOCK = 1 << 11;
    public static final long PENDING_ENABLED_BREAKPOINT = 1 << 12;
    public static final long PENDING_BS = 1 << 14;
    public static final long PENDING_RTM = 1 << 16;
    /** Bits of the pending debug exceptions that must be 0. */
    public static final long PENDING_RESERVED = ~(PENDING_B0_B3 | PENDING_BUS_LOCK | PENDING_ENABLED_BREAKPOINT | PENDING_BS | PENDING_RTM);

    private static final String[] ACTIVITY = {"active", "HLT", "shutdown", "wait-for-SIPI"};

    private GuestState() {
    }

    /** The activity state's name; {@code reserved (n)} beyond 3. */
    public static String activity(long state) {
        return state >= 0 && state < ACTIVITY.length ? ACTIVITY[(int) state] : "reserved (" + state + ")";
    }

    /** The interruptibility state in words; {@code nothing blocked} for 0. */
    public static String interruptibility(long state) {
        List<String> words = new ArrayList<>();
        add(words, state, BLOCKING_BY_STI, "blocking by STI");
        add(words, state, BLOCKING_BY_MOV_SS, "blocking by MOV SS");
        add(words, state, BLOCKING_BY_SMI, "blocking by SMI");
        add(words, state, BLOCKING_BY_NMI, "blocking by NMI");
        add(words, state, ENCLAVE_INTERRUPTION, "enclave interruption");
        if ((state & INTERRUPTIBILITY_RESERVED) != 0) {
            words.add("reserved bits 0x" + Long.toHexString(state & INTERRUPTIBILITY_RESERVED));
        }
        return words.isEmpty() ? "nothing blocked" : String.join(", ", words);
    }

    /** The pending debug exceptions in words; {@code none} for 0. */
    public static String pendingDebug(long pending) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            add(words, pending, 1L << i, "B" + i);
        }
        add(words, pending, PENDING_BUS_LOCK, "bus lock");
        add(words, pending, PENDING_ENABLED_BREAKPOINT, "enabled breakpoint");
        add(words, pending, PENDING_BS, "BS");
        add(words, pending, PENDING_RTM, "RTM");
        if ((pending & PENDING_RESERVED) != 0) {
            words.add("reserved bits 0x" + Long.toHexString(pending & PENDING_RESERVED));
        }
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static void add(List<String> words, long value, long bit, String name) {
        if ((value & bit) != 0) {
            words.add(name);
        }
    }
}
