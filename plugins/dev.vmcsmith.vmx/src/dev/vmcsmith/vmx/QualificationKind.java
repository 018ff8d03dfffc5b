// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The formats of the exit qualification (SDM "Basic VM-Exit Information", the tables of exit qualifications). */
public enum QualificationKind {
    /** Cleared to 0. */
    NONE,
    /** Debug exceptions: as pending debug exceptions; page faults: the linear address; otherwise 0. */
    EXCEPTION,
    /** The SIPI vector in bits 7:0. */
    SIPI,
    IO_SMI,
    TASK_SWITCH,
    /** The linear-address operand of INVLPG. */
    LINEAR_ADDRESS,
    /** The displacement of the instruction's memory operand, sign-extended. */
    DISPLACEMENT,
    CR_ACCESS,
    DR_ACCESS,
    IO_INSTRUCTION,
    /** VM-entry failure: 0 invalid state, 2 PDPTEs, 3 NMI injection, 4 link pointer. */
    ENTRY_FAILURE,
    /** The number of the MSR-area entry that failed, counted from 1. */
    MSR_ENTRY,
    MWAIT,
    APIC_ACCESS,
    /** The vector in bits 7:0. */
    VECTOR,
    EPT_VIOLATION,
    /** The offset of the written register in the APIC page. */
    APIC_WRITE,
    PML_FULL,
    SPP,
    INSTRUCTION_TIMEOUT
}
