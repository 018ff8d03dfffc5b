// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * One VM exit.
 *
 * @param number counted from 1 over the whole run
 * @param instructions the machine's instruction count at the exit: its virtual time
 * @param threadId the processor
 * @param vmcs physical address of the VMCS region
 * @param reason basic exit reason (SDM: Basic Exit Reasons)
 * @param reasonName such as {@code CPUID}
 * @param entryFailure whether this is a failed VM entry (bit 31 of the exit reason)
 * @param qualification the raw exit qualification
 * @param qualificationWords the qualification decoded, one word or phrase each; empty when the reason defines none
 * @param guestRip where the guest was
 * @param guestSymbol symbol and offset there, such as {@code Main+0x5}; null when unknown
 * @param instructionLength in bytes; 0 when the exit does not define it
 * @param guestLinearAddress null when the exit does not define it
 * @param guestPhysicalAddress null when the exit does not define it
 * @param interruption the VM-exit interruption information decoded; null when it is not valid
 * @param handler symbol of the root-mode code that handled it; null when unknown
 */
public record ExitRecord(
        long number, long instructions, int threadId, @JsonAdapter(HexLong.class) long vmcs, int reason, String reasonName,
        boolean entryFailure, @JsonAdapter(HexLong.class) long qualification, List<String> qualificationWords,
        @JsonAdapter(HexLong.class) long guestRip, String guestSymbol, int instructionLength,
        @JsonAdapter(HexLong.class) Long guestLinearAddress, @JsonAdapter(HexLong.class) Long guestPhysicalAddress, String interruption,
        String handler) {

    /** The decoded qualification as one text. */
    public String qualificationText() {
        return qualificationWords == null ? "" : String.join(", ", qualificationWords);
    }
}
