// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.List;
import java.util.Locale;

/**
 * Every control bit of the VMX control fields (SDM "VM-Execution Control Fields", "VM-Exit Control Fields", "VM-Entry
 * Control Fields"). A name in setup files is unique within its field; pin-based, exit and entry bits carry their field in
 * the constant's name because several of them share a name.
 */
public enum ControlBit {
    // pin-based
    PIN_EXTERNAL_INTERRUPT_EXITING(ControlField.PIN_BASED, 0, "external-interrupt-exiting", "External-interrupt exiting"),
    PIN_NMI_EXITING(ControlField.PIN_BASED, 3, "nmi-exiting", "NMI exiting"),
    PIN_VIRTUAL_NMIS(ControlField.PIN_BASED, 5, "virtual-nmis", "Virtual NMIs"),
    PIN_ACTIVATE_VMX_PREEMPTION_TIMER(ControlField.PIN_BASED, 6, "activate-vmx-preemption-timer", "Activate VMX-preemption timer"),
    PIN_PROCESS_POSTED_INTERRUPTS(ControlField.PIN_BASED, 7, "process-posted-interrupts", "Process posted interrupts"),

    // primary
    INTERRUPT_WINDOW_EXITING(ControlField.PRIMARY, 2, "interrupt-window-exiting", "Interrupt-window exiting"),
    USE_TSC_OFFSETTING(ControlField.PRIMARY, 3, "use-tsc-offsetting", "Use TSC offsetting"),
    HLT_EXITING(ControlField.PRIMARY, 7, "hlt-exiting", "HLT exiting"),
    INVLPG_EXITING(ControlField.PRIMARY, 9, "invlpg-exiting", "INVLPG exiting"),
    MWAIT_EXITING(ControlField.PRIMARY, 10, "mwait-exiting", "MWAIT exiting"),
    RDPMC_EXITING(ControlField.PRIMARY, 11, "rdpmc-exiting", "RDPMC exiting"),
    RDTSC_EXITING(ControlField.PRIMARY, 12, "rdtsc-exiting", "RDTSC exiting"),
    CR3_LOAD_EXITING(ControlField.PRIMARY, 15, "cr3-load-exiting", "CR3-load exiting"),
    CR3_STORE_EXITING(ControlField.PRIMARY, 16, "cr3-store-exiting", "CR3-store exiting"),
    ACTIVATE_TERTIARY_CONTROLS(ControlField.PRIMARY, 17, "activate-tertiary-controls", "Activate tertiary controls"),
    CR8_LOAD_EXITING(ControlField.PRIMARY, 19, "cr8-load-exiting", "CR8-load exiting"),
    CR8_STORE_EXITING(ControlField.PRIMARY, 20, "cr8-store-exiting", "CR8-store exiting"),
    USE_TPR_SHADOW(ControlField.PRIMARY, 21, "use-tpr-shadow", "Use TPR shadow"),
    NMI_WINDOW_EXITING(ControlField.PRIMARY, 22, "nmi-window-exiting", "NMI-window exiting"),
    MOV_DR_EXITING(ControlField.PRIMARY, 23, "mov-dr-exiting", "MOV-DR exiting"),
    UNCONDITIONAL_IO_EXITING(ControlField.PRIMARY, 24, "unconditional-io-exiting", "Unconditional I/O exiting"),
    USE_IO_BITMAPS(ControlField.PRIMARY, 25, "use-io-bitmaps", "Use I/O bitmaps"),
    MONITOR_TRAP_FLAG(ControlField.PRIMARY, 27, "monitor-trap-flag", "Monitor trap flag"),
    USE_MSR_BITMAPS(ControlField.PRIMARY, 28, "use-msr-bitmaps", "Use MSR bitmaps"),
    MONITOR_EXITING(ControlField.PRIMARY, 29, "monitor-exiting", "MONITOR exiting"),
    PAUSE_EXITING(ControlField.PRIMARY, 30, "pause-exiting", "PAUSE exiting"),
    ACTIVATE_SECONDARY_CONTROLS(ControlField.PRIMARY, 31, "activate-secondary-controls", "Activate secondary controls"),

    // secondary
    VIRTUALIZE_APIC_ACCESSES(ControlField.SECONDARY, 0, "virtualize-apic-accesses", "Virtualize APIC accesses"),
    ENABLE_EPT(ControlField.SECONDARY, 1, "enable-ept", "Enable EPT"),
    DESCRIPTOR_TABLE_EXITING(ControlField.SECONDARY, 2, "descriptor-table-exiting", "Descriptor-table exiting"),
    ENABLE_RDTSCP(ControlField.SECONDARY, 3, "enable-rdtscp", "Enable RDTSCP"),
    VIRTUALIZE_X2APIC_MODE(ControlField.SECONDARY, 4, "virtualize-x2apic-mode", "Virtualize x2APIC mode"),
    ENABLE_VPID(ControlField.SECONDARY, 5, "enable-vpid", "Enable VPID"),
    WBINVD_EXITING(ControlField.SECONDARY, 6, "wbinvd-exiting", "WBINVD exiting"),
    UNRESTRICTED_GUEST(ControlField.SECONDARY, 7, "unrestricted-guest", "Unrestricted guest"),
    APIC_REGISTER_VIRTUALIZATION(ControlField.SECONDARY, 8, "apic-register-virtualization", "APIC-register virtualization"),
    VIRTUAL_INTERRUPT_DELIVERY(ControlField.SECONDARY, 9, "virtual-interrupt-delivery", "Virtual-interrupt delivery"),
    PAUSE_LOOP_EXITING(ControlField.SECONDARY, 10, "pause-loop-exiting", "PAUSE-loop exiting"),
    RDRAND_EXITING(ControlField.SECONDARY, 11, "rdrand-exiting", "RDRAND exiting"),
    ENABLE_INVPCID(ControlField.SECONDARY, 12, "enable-invpcid", "Enable INVPCID"),
    ENABLE_VM_FUNCTIONS(ControlField.SECONDARY, 13, "enable-vm-functions", "Enable VM functions"),
    VMCS_SHADOWING(ControlField.SECONDARY, 14, "vmcs-shadowing", "VMCS shadowing"),
    ENABLE_ENCLS_EXITING(ControlField.SECONDARY, 15, "enable-encls-exiting", "Enable ENCLS exiting"),
    RDSEED_EXITING(ControlField.SECONDARY, 16, "rdseed-exiting", "RDSEED exiting"),
    ENABLE_PML(ControlField.SECONDARY, 17, "enable-pml", "Enable PML"),
    EPT_VIOLATION_VE(ControlField.SECONDARY, 18, "ept-violation-ve", "EPT-violation #VE"),
    CONCEAL_VMX_FROM_PT(ControlField.SECONDARY, 19, "conceal-vmx-from-pt", "Conceal VMX from PT"),
    ENABLE_XSAVES_XRSTORS(ControlField.SECONDARY, 20, "enable-xsaves-xrstors", "Enable XSAVES/XRSTORS"),
    PASID_TRANSLATION(ControlField.SECONDARY, 21, "pasid-translation", "PASID translation"),
    MODE_BASED_EXECUTE_CONTROL_FOR_EPT(ControlField.SECONDARY, 22, "mode-based-execute-control-for-ept",
            "Mode-based execute control for EPT"),
    SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT(ControlField.SECONDARY, 23, "sub-page-write-permissions-for-ept",
            "Sub-page write permissions for EPT"),
    INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES(ControlField.SECONDARY, 24, "intel-pt-uses-guest-physical-addresses",
            "Intel PT uses guest physical addresses"),
    USE_TSC_SCALING(ControlField.SECONDARY, 25, "use-tsc-scaling", "Use TSC scaling"),
    ENABLE_USER_WAIT_AND_PAUSE(ControlField.SECONDARY, 26, "enable-user-wait-and-pause", "Enable user wait and pause"),
    ENABLE_PCONFIG(ControlField.SECONDARY, 27, "enable-pconfig", "Enable PCONFIG"),
    ENABLE_ENCLV_EXITING(ControlField.SECONDARY, 28, "enable-enclv-exiting", "Enable ENCLV exiting"),
    VMM_BUS_LOCK_DETECTION(ControlField.SECONDARY, 30, "vmm-bus-lock-detection", "VMM bus-lock detection"),
    INSTRUCTION_TIMEOUT(ControlField.SECONDARY, 31, "instruction-timeout", "Instruction timeout"),

    // tertiary
    LOADIWKEY_EXITING(ControlField.TERTIARY, 0, "loadiwkey-exiting", "LOADIWKEY exiting"),
    ENABLE_HLAT(ControlField.TERTIARY, 1, "enable-hlat", "Enable HLAT"),
    EPT_PAGING_WRITE_CONTROL(ControlField.TERTIARY, 2, "ept-paging-write-control", "EPT paging-write control"),
    GUEST_PAGING_VERIFICATION(ControlField.TERTIARY, 3, "guest-paging-verification", "Guest-paging verification"),
    IPI_VIRTUALIZATION(ControlField.TERTIARY, 4, "ipi-virtualization", "IPI virtualization"),
    ENABLE_MSR_LIST_INSTRUCTIONS(ControlField.TERTIARY, 6, "enable-msr-list-instructions", "Enable MSR-list instructions"),
    VIRTUALIZE_IA32_SPEC_CTRL(ControlField.TERTIARY, 7, "virtualize-ia32-spec-ctrl", "Virtualize IA32_SPEC_CTRL"),
    APIC_TIMER_VIRTUALIZATION(ControlField.TERTIARY, 8, "apic-timer-virtualization", "APIC-timer virtualization"),

    // exit
    EXIT_SAVE_DEBUG_CONTROLS(ControlField.EXIT, 2, "save-debug-controls", "Save debug controls"),
    EXIT_HOST_ADDRESS_SPACE_SIZE(ControlField.EXIT, 9, "host-address-space-size", "Host address-space size"),
    EXIT_LOAD_IA32_PERF_GLOBAL_CTRL(ControlField.EXIT, 12, "load-ia32-perf-global-ctrl", "Load IA32_PERF_GLOBAL_CTRL"),
    EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT(ControlField.EXIT, 15, "acknowledge-interrupt-on-exit", "Acknowledge interrupt on exit"),
    EXIT_SAVE_IA32_PAT(ControlField.EXIT, 18, "save-ia32-pat", "Save IA32_PAT"),
    EXIT_LOAD_IA32_PAT(ControlField.EXIT, 19, "load-ia32-pat", "Load IA32_PAT"),
    EXIT_SAVE_IA32_EFER(ControlField.EXIT, 20, "save-ia32-efer", "Save IA32_EFER"),
    EXIT_LOAD_IA32_EFER(ControlField.EXIT, 21, "load-ia32-efer", "Load IA32_EFER"),
    EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE(ControlField.EXIT, 22, "save-vmx-preemption-timer-value", "Save VMX-preemption timer value"),
    EXIT_CLEAR_IA32_BNDCFGS(ControlField.EXIT, 23, "clear-ia32-bndcfgs", "Clear IA32_BNDCFGS"),
    EXIT_CONCEAL_VMX_FROM_PT(ControlField.EXIT, 24, "conceal-vmx-from-pt", "Conceal VMX from PT"),
    EXIT_CLEAR_IA32_RTIT_CTL(ControlField.EXIT, 25, "clear-ia32-rtit-ctl", "Clear IA32_RTIT_CTL"),
    EXIT_CLEAR_IA32_LBR_CTL(ControlField.EXIT, 26, "clear-ia32-lbr-ctl", "Clear IA32_LBR_CTL"),
    EXIT_CLEAR_UINV(ControlField.EXIT, 27, "clear-uinv", "Clear UINV"),
    EXIT_LOAD_CET_STATE(ControlField.EXIT, 28, "load-cet-state", "Load CET state"),
    EXIT_LOAD_PKRS(ControlField.EXIT, 29, "load-pkrs", "Load PKRS"),
    EXIT_SAVE_IA32_PERF_GLOBAL_CTRL(ControlField.EXIT, 30, "save-ia32-perf-global-ctrl", "Save IA32_PERF_GLOBAL_CTL"),
    EXIT_ACTIVATE_SECONDARY_CONTROLS(ControlField.EXIT, 31, "activate-secondary-controls", "Activate secondary controls"),

    // secondary-exit
    EXIT2_SAVE_IA32_FRED(ControlField.SECONDARY_EXIT, 0, "save-ia32-fred", "Save IA32_FRED"),
    EXIT2_LOAD_IA32_FRED(ControlField.SECONDARY_EXIT, 1, "load-ia32-fred", "Load IA32_FRED"),
    EXIT2_LOAD_IA32_SPEC_CTRL(ControlField.SECONDARY_EXIT, 2, "load-ia32-spec-ctrl", "Load IA32_SPEC_CTRL"),
    EXIT2_PREMATURELY_BUSY_SHADOW_STACK(ControlField.SECONDARY_EXIT, 3, "prematurely-busy-shadow-stack", "Prematurely busy shadow stack"),

    // entry
    ENTRY_LOAD_DEBUG_CONTROLS(ControlField.ENTRY, 2, "load-debug-controls", "Load debug controls"),
    ENTRY_IA32E_MODE_GUEST(ControlField.ENTRY, 9, "ia-32e-mode-guest", "IA-32e mode guest"),
    ENTRY_ENTRY_TO_SMM(ControlField.ENTRY, 10, "entry-to-smm", "Entry to SMM"),
    ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT(ControlField.ENTRY, 11, "deactivate-dual-monitor-treatment",
            "Deactivate dual-monitor treatment"),
    ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL(ControlField.ENTRY, 13, "load-ia32-perf-global-ctrl", "Load IA32_PERF_GLOBAL_CTRL"),
    ENTRY_LOAD_IA32_PAT(ControlField.ENTRY, 14, "load-ia32-pat", "Load IA32_PAT"),
    ENTRY_LOAD_IA32_EFER(ControlField.ENTRY, 15, "load-ia32-efer", "Load IA32_EFER"),
    ENTRY_LOAD_IA32_BNDCFGS(ControlField.ENTRY, 16, "load-ia32-bndcfgs", "Load IA32_BNDCFGS"),
    ENTRY_CONCEAL_VMX_FROM_PT(ControlField.ENTRY, 17, "conceal-vmx-from-pt", "Conceal VMX from PT"),
    ENTRY_LOAD_IA32_RTIT_CTL(ControlField.ENTRY, 18, "load-ia32-rtit-ctl", "Load IA32_RTIT_CTL"),
    ENTRY_LOAD_UINV(ControlField.ENTRY, 19, "load-uinv", "Load UINV"),
    ENTRY_LOAD_CET_STATE(ControlField.ENTRY, 20, "load-cet-state", "Load CET state"),
    ENTRY_LOAD_GUEST_IA32_LBR_CTL(ControlField.ENTRY, 21, "load-guest-ia32-lbr-ctl", "Load guest IA32_LBR_CTL"),
    ENTRY_LOAD_PKRS(ControlField.ENTRY, 22, "load-pkrs", "Load PKRS"),
    ENTRY_LOAD_IA32_FRED(ControlField.ENTRY, 23, "load-ia32-fred", "Load IA32_FRED"),
    ENTRY_LOAD_IA32_SPEC_CTRL(ControlField.ENTRY, 24, "load-ia32-spec-ctrl", "Load IA32_SPEC_CTRL"),

    // vm-functions
    VMFUNC_EPTP_SWITCHING(ControlField.VM_FUNCTIONS, 0, "eptp-switching", "EPTP switching");

    private final ControlField field;
    private final int bit;
    private final String hvName;
    private final String sdmName;

    ControlBit(ControlField field, int bit, String hvName, String sdmName) {
        this.field = field;
        this.bit = bit;
        this.hvName = hvName;
        this.sdmName = sdmName;
    }

    public ControlField field() {
        return field;
    }

    /** The bit's position, 0 to 63. */
    public int bit() {
        return bit;
    }

    /** A value with only this bit set. */
    public long mask() {
        return 1L << bit;
    }

    /** Whether the bit is set in a value of its field. */
    public boolean in(long value) {
        return (value >>> bit & 1) != 0;
    }

    /** The name in setup files, for example {@code use-msr-bitmaps}. */
    public String hvName() {
        return hvName;
    }

    /** The name in the SDM, for example {@code Use MSR bitmaps}. */
    public String sdmName() {
        return sdmName;
    }

    /** The SDM's way to cite the control in running text: {@code the "enable EPT" VM-execution control}. */
    public String cited() {
        boolean proper = sdmName.length() > 1 && Character.isUpperCase(sdmName.charAt(1)) || sdmName.startsWith("Intel ");
        String name = proper ? sdmName : sdmName.substring(0, 1).toLowerCase(Locale.ROOT) + sdmName.substring(1);
        return '"' + name + "\" " + field.kind();
    }

    /** The bit with this name in setup files; null if the field has no such bit. */
    public static ControlBit find(ControlField field, String hvName) {
        for (ControlBit candidate : field.bits()) {
            if (candidate.hvName.equals(hvName)) {
                return candidate;
            }
        }
        return null;
    }

    /** All bits with this name in setup files, in any field; empty if there is none. */
    public static List<ControlBit> find(String hvName) {
        return java.util.Arrays.stream(values()).filter(candidate -> candidate.hvName.equals(hvName)).toList();
    }

    /** The named bit at a position; null if the SDM names none there. */
    public static ControlBit at(ControlField field, int bit) {
        for (ControlBit candidate : field.bits()) {
            if (candidate.bit == bit) {
                return candidate;
            }
        }
        return null;
    }
}
