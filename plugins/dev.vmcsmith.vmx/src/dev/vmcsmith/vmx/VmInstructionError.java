// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** VM-instruction errors (SDM "VM-Instruction Error Numbers"). Numbers that the SDM skips are not here. */
public enum VmInstructionError {
    VMCALL_IN_ROOT(1, "VMCALL executed in VMX root operation"),
    VMCLEAR_INVALID_ADDRESS(2, "VMCLEAR with invalid physical address"),
    VMCLEAR_VMXON_POINTER(3, "VMCLEAR with VMXON pointer"),
    VMLAUNCH_NOT_CLEAR(4, "VMLAUNCH with non-clear VMCS"),
    VMRESUME_NOT_LAUNCHED(5, "VMRESUME with non-launched VMCS"),
    VMRESUME_AFTER_VMXOFF(6, "VMRESUME after VMXOFF (VMXOFF and VMXON between VMLAUNCH and VMRESUME)"),
    INVALID_CONTROL_FIELDS(7, "VM entry with invalid control field(s)"),
    INVALID_HOST_STATE(8, "VM entry with invalid host-state field(s)"),
    VMPTRLD_INVALID_ADDRESS(9, "VMPTRLD with invalid physical address"),
    VMPTRLD_VMXON_POINTER(10, "VMPTRLD with VMXON pointer"),
    VMPTRLD_WRONG_REVISION(11, "VMPTRLD with incorrect VMCS revision identifier"),
    UNSUPPORTED_FIELD(12, "VMREAD/VMWRITE from/to unsupported VMCS component"),
    VMWRITE_READ_ONLY(13, "VMWRITE to read-only VMCS component"),
    VMXON_IN_ROOT(15, "VMXON executed in VMX root operation"),
    INVALID_EXECUTIVE_VMCS_POINTER(16, "VM entry with invalid executive-VMCS pointer"),
    EXECUTIVE_VMCS_NOT_LAUNCHED(17, "VM entry with non-launched executive VMCS"),
    EXECUTIVE_VMCS_NOT_VMXON(18, "VM entry with executive-VMCS pointer not VMXON pointer "
            + "(when attempting to deactivate the dual-monitor treatment of SMIs and SMM)"),
    VMCALL_NOT_CLEAR(19, "VMCALL with non-clear VMCS (when attempting to activate the dual-monitor treatment of SMIs and SMM)"),
    VMCALL_INVALID_EXIT_CONTROLS(20, "VMCALL with invalid VM-exit control fields"),
    VMCALL_WRONG_MSEG_REVISION(22, "VMCALL with incorrect MSEG revision identifier "
            + "(when attempting to activate the dual-monitor treatment of SMIs and SMM)"),
    VMXOFF_DUAL_MONITOR(23, "VMXOFF under dual-monitor treatment of SMIs and SMM"),
    VMCALL_INVALID_SMM_FEATURES(24, "VMCALL with invalid SMM-monitor features "
            + "(when attempting to activate the dual-monitor treatment of SMIs and SMM)"),
    INVALID_EXECUTIVE_CONTROLS(25, "VM entry with invalid VM-execution control fields in executive VMCS "
            + "(when attempting to return from SMM)"),
    MOV_SS_BLOCKING(26, "VM entry with events blocked by MOV SS"),
    INVALID_INVEPT_INVVPID_OPERAND(28, "Invalid operand to INVEPT/INVVPID");

    private static final VmInstructionError[] BY_NUMBER = new VmInstructionError[29];

    static {
        for (VmInstructionError error : values()) {
            BY_NUMBER[error.number] = error;
        }
    }

    private final int number;
    private final String text;

    VmInstructionError(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The value that VMfailValid writes to the VM-instruction error field. */
    public int number() {
        return number;
    }

    /** What it means, in the SDM's terms. */
    public String text() {
        return text;
    }

    /** The error with this number; null if the SDM defines none. */
    public static VmInstructionError of(long number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    }
}
