// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/**
 * One VM exit as the VMCS shows it, plus where in the run it happened.
 *
 * @param number                 1 for the first exit of the machine
 * @param cpu                    processor
 * @param instructionCount       instructions completed by the machine before the exit
 * @param vmcs                   physical address of the current VMCS
 * @param rawReason              the 32-bit exit-reason field: basic reason 15:0, entry failure 31
 * @param qualification          exit qualification
 * @param guestRip               guest RIP saved (linear offset in CS)
 * @param instructionLength      VM-exit instruction length, 0 where it is not defined
 * @param guestLinear            guest-linear address field
 * @param guestPhysical          guest-physical address field
 * @param interruptionInfo       VM-exit interruption information
 * @param interruptionErrorCode  VM-exit interruption error code
 * @param idtVectoringInfo       IDT-vectoring information
 * @param idtVectoringErrorCode  IDT-vectoring error code
 * @param instructionInfo        VM-exit instruction information
 */
public record VmExit(long number, int cpu, long instructionCount, long vmcs, int rawReason, long qualification, long guestRip,
        int instructionLength, long guestLinear, long guestPhysical, int interruptionInfo, int interruptionErrorCode,
        int idtVectoringInfo, int idtVectoringErrorCode, int instructionInfo) {

    /** Basic exit reason. */
    public int reason() {
        return rawReason & 0xFFFF;
    }

    /** The exit reports a failed VM entry (bit 31). */
    public boolean entryFailure() {
        return rawReason < 0;
    }

    public String text() {
        return "VM exit " + number + ": reason " + reason() + (entryFailure() ? " (entry failure)" : "") + ", qualification 0x"
            + Long.toHexString(qualification) + ", guest RIP 0x" + Long.toHexString(guestRip) + ", length " + instructionLength;
    }
}
