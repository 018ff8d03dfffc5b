// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The formats of the exit qualification (SDM "Basic VM-Exit Information", the tables of exit qualifications). */
public enum QualificationKind {
    NONE("cleared to 0"),
    EXCEPTION("debug exception: the pending debug exceptions; page fault: the linear address; otherwise 0"),
    SIPI("bits 7:0: the SIPI vector"),
    IO_SMI("size, direction and port of the I/O instruction that the SMI followed"),
    TASK_SWITCH("bits 15:0: selector of the new task; bits 31:30: CALL, IRET, JMP or task gate"),
    LINEAR_ADDRESS("the linear-address operand of INVLPG"),
    DISPLACEMENT("the displacement of the instruction's memory operand, sign-extended"),
    CR_ACCESS("bits 3:0: control register; 5:4: MOV to CR, MOV from CR, CLTS or LMSW; 6: LMSW from memory; 11:8: general register; "
            + "31:16: LMSW source"),
    DR_ACCESS("bits 2:0: debug register; 4: MOV from DR; 11:8: general register"),
    IO_INSTRUCTION("bits 2:0: size less 1; 3: IN; 4: string; 5: REP; 6: immediate port; 31:16: port"),
    ENTRY_FAILURE("0: invalid guest state; 2: PDPTEs; 3: injection of an NMI while STI blocks; 4: VMCS link pointer"),
    MSR_ENTRY("the number of the entry in the VM-entry MSR-load area that could not be loaded, counted from 1"),
    MWAIT("bit 0: the monitoring hardware was armed"),
    APIC_ACCESS("bits 11:0: offset in the APIC page; 15:12: kind of access"),
    VECTOR("bits 7:0: the vector"),
    EPT_VIOLATION("bits 2:0: read, write, fetch; 6:3: what the EPT entries permit; 7: the guest-linear address is valid; 8: the access "
            + "was to its translation; 12: NMI unblocking"),
    APIC_WRITE("the offset of the written register in the APIC page"),
    PML_FULL("bit 12: NMI unblocking due to IRET"),
    SPP("bit 11: SPP miss rather than SPP misconfiguration; 12: NMI unblocking"),
    INSTRUCTION_TIMEOUT("bit 0: the VM context is invalid; 12: NMI unblocking");

    private final String text;

    QualificationKind(String text) {
        this.text = text;
    }

    /** What stands where, in a few words. */
    public String text() {
        return text;
    }
}
