// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static dev.vmcsmith.vmx.ControlBit.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which control makes an optional VMCS field exist (SDM appendix "Field Encoding in VMCS", the notes below its tables). */
final class FieldExistence {
    private static final Map<VmcsField, Set<ControlBit>> CONTROLS = new EnumMap<>(VmcsField.class);

    static {
        with(ENABLE_VPID, VmcsField.VPID);
        with(PIN_PROCESS_POSTED_INTERRUPTS, VmcsField.POSTED_INTERRUPT_NOTIFICATION_VECTOR,
                VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);
        with(EPT_VIOLATION_VE, VmcsField.EPTP_INDEX, VmcsField.VE_INFORMATION_ADDRESS);
        with(ENABLE_HLAT, VmcsField.HLAT_PREFIX_SIZE, VmcsField.HLAT_POINTER);
        with(IPI_VIRTUALIZATION, VmcsField.LAST_PID_POINTER_INDEX, VmcsField.PID_POINTER_TABLE_ADDRESS);
        with(APIC_TIMER_VIRTUALIZATION, VmcsField.VIRTUAL_TIMER_VECTOR, VmcsField.GUEST_DEADLINE_SHADOW, VmcsField.GUEST_DEADLINE);
        with(VIRTUAL_INTERRUPT_DELIVERY, VmcsField.GUEST_INTERRUPT_STATUS, VmcsField.EOI_EXIT_BITMAP_0, VmcsField.EOI_EXIT_BITMAP_1,
                VmcsField.EOI_EXIT_BITMAP_2, VmcsField.EOI_EXIT_BITMAP_3);
        with(ENABLE_PML, VmcsField.PML_INDEX, VmcsField.PML_ADDRESS);
        with(EXIT_CLEAR_UINV, VmcsField.GUEST_UINV);
        with(ENTRY_LOAD_UINV, VmcsField.GUEST_UINV);
        with(USE_MSR_BITMAPS, VmcsField.MSR_BITMAP_ADDRESS);
        with(USE_TPR_SHADOW, VmcsField.VIRTUAL_APIC_ADDRESS, VmcsField.TPR_THRESHOLD);
        with(VIRTUALIZE_APIC_ACCESSES, VmcsField.APIC_ACCESS_ADDRESS);
        with(ENABLE_VM_FUNCTIONS, VmcsField.VM_FUNCTION_CONTROLS);
        with(VMFUNC_EPTP_SWITCHING, VmcsField.EPTP_LIST_ADDRESS);
        with(ENABLE_EPT, VmcsField.EPT_POINTER, VmcsField.GUEST_PHYSICAL_ADDRESS, VmcsField.GUEST_PDPTE0, VmcsField.GUEST_PDPTE1,
                VmcsField.GUEST_PDPTE2, VmcsField.GUEST_PDPTE3);
        with(VMCS_SHADOWING, VmcsField.VMREAD_BITMAP_ADDRESS, VmcsField.VMWRITE_BITMAP_ADDRESS);
        with(ENABLE_XSAVES_XRSTORS, VmcsField.XSS_EXITING_BITMAP);
        with(ENABLE_ENCLS_EXITING, VmcsField.ENCLS_EXITING_BITMAP);
        with(SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT, VmcsField.SPP_TABLE_POINTER);
        with(USE_TSC_SCALING, VmcsField.TSC_MULTIPLIER);
        with(ACTIVATE_TERTIARY_CONTROLS, VmcsField.TERTIARY_CONTROLS);
        with(ENABLE_ENCLV_EXITING, VmcsField.ENCLV_EXITING_BITMAP);
        with(PASID_TRANSLATION, VmcsField.LOW_PASID_DIRECTORY_ADDRESS, VmcsField.HIGH_PASID_DIRECTORY_ADDRESS);
        with(ENABLE_PCONFIG, VmcsField.PCONFIG_EXITING_BITMAP);
        with(EXIT_ACTIVATE_SECONDARY_CONTROLS, VmcsField.SECONDARY_EXIT_CONTROLS);
        with(VIRTUALIZE_IA32_SPEC_CTRL, VmcsField.IA32_SPEC_CTRL_MASK, VmcsField.IA32_SPEC_CTRL_SHADOW);
        with(ENTRY_LOAD_IA32_FRED, VmcsField.INJECTED_EVENT_DATA, VmcsField.ORIGINAL_EVENT_DATA, VmcsField.GUEST_IA32_FRED_CONFIG,
                VmcsField.GUEST_IA32_FRED_RSP1, VmcsField.GUEST_IA32_FRED_RSP2, VmcsField.GUEST_IA32_FRED_RSP3,
                VmcsField.GUEST_IA32_FRED_STKLVLS, VmcsField.GUEST_IA32_FRED_SSP1, VmcsField.GUEST_IA32_FRED_SSP2,
                VmcsField.GUEST_IA32_FRED_SSP3);
        with(EXIT2_SAVE_IA32_FRED, VmcsField.GUEST_IA32_FRED_CONFIG, VmcsField.GUEST_IA32_FRED_RSP1, VmcsField.GUEST_IA32_FRED_RSP2,
                VmcsField.GUEST_IA32_FRED_RSP3, VmcsField.GUEST_IA32_FRED_STKLVLS, VmcsField.GUEST_IA32_FRED_SSP1,
                VmcsField.GUEST_IA32_FRED_SSP2, VmcsField.GUEST_IA32_FRED_SSP3);
        with(EXIT2_LOAD_IA32_FRED, VmcsField.HOST_IA32_FRED_CONFIG, VmcsField.HOST_IA32_FRED_RSP1, VmcsField.HOST_IA32_FRED_RSP2,
                VmcsField.HOST_IA32_FRED_RSP3, VmcsField.HOST_IA32_FRED_STKLVLS, VmcsField.HOST_IA32_FRED_SSP1,
                VmcsField.HOST_IA32_FRED_SSP2, VmcsField.HOST_IA32_FRED_SSP3);
        with(ENABLE_MSR_LIST_INSTRUCTIONS, VmcsField.MSR_DATA);
        with(ENTRY_LOAD_IA32_PAT, VmcsField.GUEST_IA32_PAT);
        with(EXIT_SAVE_IA32_PAT, VmcsField.GUEST_IA32_PAT);
        with(EXIT_LOAD_IA32_PAT, VmcsField.HOST_IA32_PAT);
        with(ENTRY_LOAD_IA32_EFER, VmcsField.GUEST_IA32_EFER);
        with(EXIT_SAVE_IA32_EFER, VmcsField.GUEST_IA32_EFER);
        with(EXIT_LOAD_IA32_EFER, VmcsField.HOST_IA32_EFER);
        with(ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL, VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL);
        with(EXIT_SAVE_IA32_PERF_GLOBAL_CTRL, VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL);
        with(EXIT_LOAD_IA32_PERF_GLOBAL_CTRL, VmcsField.HOST_IA32_PERF_GLOBAL_CTRL);
        with(ENTRY_LOAD_IA32_BNDCFGS, VmcsField.GUEST_IA32_BNDCFGS);
        with(EXIT_CLEAR_IA32_BNDCFGS, VmcsField.GUEST_IA32_BNDCFGS);
        with(ENTRY_LOAD_IA32_RTIT_CTL, VmcsField.GUEST_IA32_RTIT_CTL);
        with(EXIT_CLEAR_IA32_RTIT_CTL, VmcsField.GUEST_IA32_RTIT_CTL);
        with(ENTRY_LOAD_GUEST_IA32_LBR_CTL, VmcsField.GUEST_IA32_LBR_CTL);
        with(EXIT_CLEAR_IA32_LBR_CTL, VmcsField.GUEST_IA32_LBR_CTL);
        with(ENTRY_LOAD_PKRS, VmcsField.GUEST_IA32_PKRS);
        with(EXIT_LOAD_PKRS, VmcsField.HOST_IA32_PKRS);
        with(ENTRY_LOAD_IA32_SPEC_CTRL, VmcsField.GUEST_IA32_SPEC_CTRL);
        with(EXIT2_LOAD_IA32_SPEC_CTRL, VmcsField.HOST_IA32_SPEC_CTRL);
        with(ACTIVATE_SECONDARY_CONTROLS, VmcsField.SECONDARY_CONTROLS);
        with(PAUSE_LOOP_EXITING, VmcsField.PLE_GAP, VmcsField.PLE_WINDOW);
        with(INSTRUCTION_TIMEOUT, VmcsField.INSTRUCTION_TIMEOUT);
        with(PIN_ACTIVATE_VMX_PREEMPTION_TIMER, VmcsField.PREEMPTION_TIMER_VALUE);
        with(ENTRY_LOAD_CET_STATE, VmcsField.GUEST_IA32_S_CET, VmcsField.GUEST_SSP, VmcsField.GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR);
        with(EXIT_LOAD_CET_STATE, VmcsField.HOST_IA32_S_CET, VmcsField.HOST_SSP, VmcsField.HOST_IA32_INTERRUPT_SSP_TABLE_ADDR);
        CONTROLS.replaceAll((field, set) -> java.util.Collections.unmodifiableSet(set));
    }

    private FieldExistence() {
    }

    private static void with(ControlBit control, VmcsField... fields) {
        for (VmcsField field : fields) {
            CONTROLS.computeIfAbsent(field, key -> EnumSet.noneOf(ControlBit.class)).add(control);
        }
    }

    static Set<ControlBit> of(VmcsField field) {
        return CONTROLS.getOrDefault(field, Set.of());
    }
}
