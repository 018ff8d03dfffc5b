// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.vmx.ept.Eptp;
import java.util.ArrayList;
import java.util.List;

/** Values of VMCS fields in words. */
public final class FieldMeaning {
    private FieldMeaning() {
    }

    /**
     * What a value of the field means: segment attributes, events, states, controls and flags that are set.
     *
     * @return an empty string for a plain number or address
     */
    public static String of(VmcsField field, long value) {
        String brief = brief(field, value);
        if (!brief.isEmpty()) {
            return brief;
        }
        return switch (field) {
            case EXIT_REASON -> ExitReason.describe(value);
            case VM_INSTRUCTION_ERROR -> {
                VmInstructionError error = VmInstructionError.of(value);
                yield error == null ? "" : error.text();
            }
            default -> flags(field, value);
        };
    }

    /** As {@link #of}, but only for formats whose digits say little to a reader: access rights, events, guest state, EPT pointer. */
    public static String brief(VmcsField field, long value) {
        return switch (field) {
            case GUEST_ES_ACCESS_RIGHTS, GUEST_CS_ACCESS_RIGHTS, GUEST_SS_ACCESS_RIGHTS, GUEST_DS_ACCESS_RIGHTS, GUEST_FS_ACCESS_RIGHTS,
                    GUEST_GS_ACCESS_RIGHTS, GUEST_LDTR_ACCESS_RIGHTS, GUEST_TR_ACCESS_RIGHTS -> AccessRights.describe(value);
            case ENTRY_INTERRUPTION_INFORMATION, EXIT_INTERRUPTION_INFORMATION,
                    IDT_VECTORING_INFORMATION -> InterruptionInfo.describe(value);
            case GUEST_INTERRUPTIBILITY_STATE -> GuestState.interruptibility(value);
            case GUEST_ACTIVITY_STATE -> GuestState.activity(value);
            case GUEST_PENDING_DEBUG_EXCEPTIONS -> GuestState.pendingDebug(value);
            case EPT_POINTER -> Eptp.describe(value);
            default -> "";
        };
    }

    /** The set single bits by name, and wider ranges with their values where they are not 0. */
    private static String flags(VmcsField field, long value) {
        List<String> words = new ArrayList<>();
        for (BitRange range : field.layout()) {
            long bits = range.of(value);
            if (bits != 0) {
                words.add(range.low() == range.high() ? range.name() : range.name() + " 0x" + Long.toHexString(bits));
            }
        }
        return String.join(", ", words);
    }
}
