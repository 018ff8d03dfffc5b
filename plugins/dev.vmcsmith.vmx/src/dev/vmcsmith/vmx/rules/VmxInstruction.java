// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

/** The VMX instructions (SDM "VMX Instruction Reference"). */
public enum VmxInstruction {
    VMXON, VMXOFF, VMCLEAR, VMPTRLD, VMPTRST, VMREAD, VMWRITE, VMLAUNCH, VMRESUME, VMCALL, VMFUNC, INVEPT, INVVPID
}
