// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;

/**
 * The control fields of the current VMCS as they are in force: fields whose activating control is 0 count as 0. Loaded at VM
 * entry, since software cannot change them while the guest runs.
 */
final class Controls {
    static final long EXTERNAL_INTERRUPT_EXITING = ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING.mask();
    static final long NMI_EXITING = ControlBit.PIN_NMI_EXITING.mask();
    static final long VIRTUAL_NMIS = ControlBit.PIN_VIRTUAL_NMIS.mask();
    static final long PREEMPTION_TIMER = ControlBit.PIN_ACTIVATE_VMX_PREEMPTION_TIMER.mask();
    static final long POSTED_INTERRUPTS = ControlBit.PIN_PROCESS_POSTED_INTERRUPTS.mask();

    static final long INTERRUPT_WINDOW = ControlBit.INTERRUPT_WINDOW_EXITING.mask();
    static final long TSC_OFFSETTING = ControlBit.USE_TSC_OFFSETTING.mask();
    static final long HLT = ControlBit.HLT_EXITING.mask();
    static final long INVLPG = ControlBit.INVLPG_EXITING.mask();
    static final long MWAIT = ControlBit.MWAIT_EXITING.mask();
    static final long RDPMC = ControlBit.RDPMC_EXITING.mask();
    static final long RDTSC = ControlBit.RDTSC_EXITING.mask();
    static final long CR3_LOAD = ControlBit.CR3_LOAD_EXITING.mask();
    static final long CR3_STORE = ControlBit.CR3_STORE_EXITING.mask();
    static final long TERTIARY = ControlBit.ACTIVATE_TERTIARY_CONTROLS.mask();
    static final long CR8_LOAD = ControlBit.CR8_LOAD_EXITING.mask();
    static final long CR8_STORE = ControlBit.CR8_STORE_EXITING.mask();
    static final long TPR_SHADOW = ControlBit.USE_TPR_SHADOW.mask();
    static final long NMI_WINDOW = ControlBit.NMI_WINDOW_EXITING.mask();
    static final long MOV_DR = ControlBit.MOV_DR_EXITING.mask();
    static final long UNCONDITIONAL_IO = ControlBit.UNCONDITIONAL_IO_EXITING.mask();
    static final long IO_BITMAPS = ControlBit.USE_IO_BITMAPS.mask();
    static final long MONITOR_TRAP_FLAG = ControlBit.MONITOR_TRAP_FLAG.mask();
    static final long MSR_BITMAPS = ControlBit.USE_MSR_BITMAPS.mask();
    static final long MONITOR = ControlBit.MONITOR_EXITING.mask();
    static final long PAUSE = ControlBit.PAUSE_EXITING.mask();
    static final long SECONDARY = ControlBit.ACTIVATE_SECONDARY_CONTROLS.mask();

    static final long APIC_ACCESSES = ControlBit.VIRTUALIZE_APIC_ACCESSES.mask();
    static final long EPT = ControlBit.ENABLE_EPT.mask();
    static final long DESCRIPTOR_TABLE = ControlBit.DESCRIPTOR_TABLE_EXITING.mask();
    static final long RDTSCP = ControlBit.ENABLE_RDTSCP.mask();
    static final long X2APIC_MODE = ControlBit.VIRTUALIZE_X2APIC_MODE.mask();
    static final long VPID = ControlBit.ENABLE_VPID.mask();
    static final long WBINVD = ControlBit.WBINVD_EXITING.mask();
    static final long UNRESTRICTED = ControlBit.UNRESTRICTED_GUEST.mask();
    static final long APIC_REGISTERS = ControlBit.APIC_REGISTER_VIRTUALIZATION.mask();
    static final long INTERRUPT_DELIVERY = ControlBit.VIRTUAL_INTERRUPT_DELIVERY.mask();
    static final long PAUSE_LOOP = ControlBit.PAUSE_LOOP_EXITING.mask();
    static final long RDRAND = ControlBit.RDRAND_EXITING.mask();
    static final long INVPCID = ControlBit.ENABLE_INVPCID.mask();
    static final long VM_FUNCTIONS = ControlBit.ENABLE_VM_FUNCTIONS.mask();
    static final long VMCS_SHADOWING = ControlBit.VMCS_SHADOWING.mask();
    static final long ENCLS = ControlBit.ENABLE_ENCLS_EXITING.mask();
    static final long RDSEED = ControlBit.RDSEED_EXITING.mask();
    static final long PML = ControlBit.ENABLE_PML.mask();
    static final long EPT_VIOLATION_VE = ControlBit.EPT_VIOLATION_VE.mask();
    static final long XSAVES = ControlBit.ENABLE_XSAVES_XRSTORS.mask();
    static final long MODE_BASED_EXECUTE = ControlBit.MODE_BASED_EXECUTE_CONTROL_FOR_EPT.mask();
    static final long TSC_SCALING = ControlBit.USE_TSC_SCALING.mask();
    static final long USER_WAIT = ControlBit.ENABLE_USER_WAIT_AND_PAUSE.mask();
    static final long PCONFIG = ControlBit.ENABLE_PCONFIG.mask();
    static final long SUB_PAGE_WRITES = ControlBit.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT.mask();
    static final long BUS_LOCK_DETECTION = ControlBit.VMM_BUS_LOCK_DETECTION.mask();
    static final long INSTRUCTION_TIMEOUT = ControlBit.INSTRUCTION_TIMEOUT.mask();

    static final long MSR_LIST = ControlBit.ENABLE_MSR_LIST_INSTRUCTIONS.mask();
    static final long IPI = ControlBit.IPI_VIRTUALIZATION.mask();
    static final long HLAT = ControlBit.ENABLE_HLAT.mask();
    static final long PAGING_WRITE = ControlBit.EPT_PAGING_WRITE_CONTROL.mask();
    static final long VERIFY_PAGING = ControlBit.GUEST_PAGING_VERIFICATION.mask();
    static final long VIRTUALIZE_SPEC_CTRL = ControlBit.VIRTUALIZE_IA32_SPEC_CTRL.mask();

    static final long SAVE_DEBUG = ControlBit.EXIT_SAVE_DEBUG_CONTROLS.mask();
    static final long HOST_64 = ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE.mask();
    static final long ACKNOWLEDGE = ControlBit.EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT.mask();
    static final long SAVE_PAT = ControlBit.EXIT_SAVE_IA32_PAT.mask();
    static final long EXIT_LOAD_PAT = ControlBit.EXIT_LOAD_IA32_PAT.mask();
    static final long SAVE_EFER = ControlBit.EXIT_SAVE_IA32_EFER.mask();
    static final long EXIT_LOAD_EFER = ControlBit.EXIT_LOAD_IA32_EFER.mask();
    static final long SAVE_TIMER = ControlBit.EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE.mask();
    static final long CLEAR_BNDCFGS = ControlBit.EXIT_CLEAR_IA32_BNDCFGS.mask();
    static final long EXIT_LOAD_PERF_GLOBAL_CTRL = ControlBit.EXIT_LOAD_IA32_PERF_GLOBAL_CTRL.mask();
    static final long SAVE_PERF_GLOBAL_CTRL = ControlBit.EXIT_SAVE_IA32_PERF_GLOBAL_CTRL.mask();
    static final long EXIT_LOAD_PKRS = ControlBit.EXIT_LOAD_PKRS.mask();
    static final long SECONDARY_EXIT = ControlBit.EXIT_ACTIVATE_SECONDARY_CONTROLS.mask();

    static final long EXIT_LOAD_SPEC_CTRL = ControlBit.EXIT2_LOAD_IA32_SPEC_CTRL.mask();

    static final long LOAD_DEBUG = ControlBit.ENTRY_LOAD_DEBUG_CONTROLS.mask();
    static final long GUEST_64 = ControlBit.ENTRY_IA32E_MODE_GUEST.mask();
    static final long LOAD_PAT = ControlBit.ENTRY_LOAD_IA32_PAT.mask();
    static final long LOAD_EFER = ControlBit.ENTRY_LOAD_IA32_EFER.mask();
    static final long LOAD_BNDCFGS = ControlBit.ENTRY_LOAD_IA32_BNDCFGS.mask();
    static final long LOAD_PERF_GLOBAL_CTRL = ControlBit.ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL.mask();
    static final long LOAD_PKRS = ControlBit.ENTRY_LOAD_PKRS.mask();
    static final long LOAD_SPEC_CTRL = ControlBit.ENTRY_LOAD_IA32_SPEC_CTRL.mask();

    long pin;
    long primary;
    long secondary;
    long tertiary;
    long exit;
    long secondaryExit;
    long entry;
    long vmFunctions;

    void load(Vmcs vmcs) {
        pin = vmcs.value(VmcsField.PIN_BASED_CONTROLS);
        primary = vmcs.value(VmcsField.PRIMARY_CONTROLS);
        secondary = (primary & SECONDARY) != 0 ? vmcs.value(VmcsField.SECONDARY_CONTROLS) : 0;
        tertiary = (primary & TERTIARY) != 0 ? vmcs.value(VmcsField.TERTIARY_CONTROLS) : 0;
        exit = vmcs.value(VmcsField.EXIT_CONTROLS);
        secondaryExit = (exit & SECONDARY_EXIT) != 0 ? vmcs.value(VmcsField.SECONDARY_EXIT_CONTROLS) : 0;
        entry = vmcs.value(VmcsField.ENTRY_CONTROLS);
        vmFunctions = (secondary & VM_FUNCTIONS) != 0 ? vmcs.value(VmcsField.VM_FUNCTION_CONTROLS) : 0;
    }

    boolean pin(long control) {
        return (pin & control) != 0;
    }

    boolean primary(long control) {
        return (primary & control) != 0;
    }

    boolean secondary(long control) {
        return (secondary & control) != 0;
    }

    boolean tertiary(long control) {
        return (tertiary & control) != 0;
    }

    boolean exit(long control) {
        return (exit & control) != 0;
    }

    boolean secondaryExit(long control) {
        return (secondaryExit & control) != 0;
    }

    boolean entry(long control) {
        return (entry & control) != 0;
    }
}
