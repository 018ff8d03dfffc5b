// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmxCapabilities;

/** What the preconditions of the VMX instructions look at. */
public interface VmxInstructionState {
    /** No current VMCS. */
    long NO_VMCS = -1L;

    /** Whether VMXON has been executed. */
    boolean inVmxOperation();

    /** Whether the processor is in VMX root operation; only meaningful in VMX operation. */
    boolean inRootOperation();

    int cpl();

    long cr0();

    long cr4();

    boolean virtual8086();

    /** IA-32e mode with CS.L = 0. */
    boolean compatibilityMode();

    /** IA32_FEATURE_CONTROL. */
    long featureControl();

    /** The operand that has to be in memory is a register. */
    boolean registerOperand();

    /** The 64-bit memory operand: a physical address, or bits 63:0 of an INVEPT or INVVPID descriptor. */
    long operand();

    /** Bits 127:64 of an INVEPT or INVVPID descriptor. */
    long operandHigh();

    /** The register operand: type of INVEPT and INVVPID, field encoding of VMREAD and VMWRITE, EAX of VMFUNC. */
    long selector();

    /** Physical address of the current VMCS; {@link #NO_VMCS} if there is none. */
    long currentVmcs();

    long vmxonPointer();

    /** The current VMCS is a shadow VMCS. */
    boolean currentIsShadow();

    /** The launch state of the current VMCS is "launched". */
    boolean launched();

    boolean blockedByMovSs();

    /** The dual-monitor treatment of SMIs and SMM is active. */
    boolean dualMonitor();

    /** The "enable VM functions" VM-execution control. */
    boolean vmFunctionsEnabled();

    /** The VM-function controls. */
    long vmFunctions();

    VmxCapabilities capabilities();

    GuestMemory memory();
}
