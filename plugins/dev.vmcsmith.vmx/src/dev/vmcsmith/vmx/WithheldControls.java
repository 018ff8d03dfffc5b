// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static dev.vmcsmith.vmx.ControlBit.*;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Controls of features that the bundled machine has no semantics for: run there, no profile offers them, so that VM entry refuses
 * them. A processor may well have them; a setup that uses one is checked as for that processor.
 */
public final class WithheldControls {
    private static final Set<ControlBit> ALL = Collections.unmodifiableSet(EnumSet.of(
        // Processor Trace
        CONCEAL_VMX_FROM_PT, INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES, EXIT_CONCEAL_VMX_FROM_PT,
        EXIT_CLEAR_IA32_RTIT_CTL, ENTRY_CONCEAL_VMX_FROM_PT, ENTRY_LOAD_IA32_RTIT_CTL,
        // last-branch records
        EXIT_CLEAR_IA32_LBR_CTL, ENTRY_LOAD_GUEST_IA32_LBR_CTL,
        // control-flow enforcement
        EXIT_LOAD_CET_STATE, ENTRY_LOAD_CET_STATE, EXIT2_PREMATURELY_BUSY_SHADOW_STACK,
        // user interrupts and FRED
        EXIT_CLEAR_UINV, ENTRY_LOAD_UINV, EXIT2_SAVE_IA32_FRED, EXIT2_LOAD_IA32_FRED,
        ENTRY_LOAD_IA32_FRED,
        // instructions that are not there
        PASID_TRANSLATION, ENABLE_ENCLV_EXITING, LOADIWKEY_EXITING,
        // a timer of the guest's own
        APIC_TIMER_VIRTUALIZATION));

    private WithheldControls() {
    }

    public static Set<ControlBit> all() {
        return ALL;
    }

    /** Whether the machine lacks what the control is about. */
    public static boolean contains(ControlBit control) {
        return ALL.contains(control);
    }

    /**
     * Why the machine does not let a control be 1 that the processor of a profile may have, as half a sentence about the machine; null when
     * it does, or when the processor has no such control.
     */
    public static String reason(ControlBit control, VmxCapabilities profile) {
        ControlField field = control.field();
        boolean known = profile.known(field);
        if (contains(control)) {
            return known && !profile.allows(control) ? null : "has no semantics for what it is about";
        }
        return !known && (field == ControlField.TERTIARY || field == ControlField.SECONDARY_EXIT)
                ? "offers it only where the profile tells MSR 0x%X".formatted(field.msr()) : null;
    }
}
