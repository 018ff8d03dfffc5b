// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import java.util.List;

/**
 * Why an instruction of the guest exits, or why it does not.
 *
 * @param address linear address of the instruction in the guest
 * @param instruction its text
 * @param verdict what happens
 * @param reason the basic exit reason; −1 when it does not exit
 * @param reasonName such as {@code RDMSR}; null when it does not exit
 * @param summary one sentence for the user that names what is responsible
 * @param causes what the processor looks at, in the order of the SDM; the responsible one is {@link Cause#deciding}
 * @param tried whether the verdict was found by executing the instruction and going back, not from the controls alone
 * @param instant when
 */
public record ExitExplanation(
        @JsonAdapter(HexLong.class) long address, String instruction, Verdict verdict, int reason, String reasonName, String summary,
        List<Cause> causes, boolean tried, Instant instant) {

    /** What happens when the guest executes the instruction. */
    public enum Verdict {
        /** A VM exit. */
        @SerializedName("exits")
        EXITS,
        /** The instruction is executed, without a VM exit. */
        @SerializedName("does-not-exit")
        DOES_NOT_EXIT,
        /** An exception is delivered in the guest instead. */
        @SerializedName("faults")
        FAULTS,
        /** It depends on time or on what other processors do. */
        @SerializedName("depends")
        DEPENDS
    }

    /** What kind of thing is responsible. */
    public enum Kind {
        /** The instruction exits whatever the VMCS says, or never. */
        @SerializedName("architecture")
        ARCHITECTURE,
        /** A bit of a control field. */
        @SerializedName("control")
        CONTROL,
        /** A bit of a bitmap. */
        @SerializedName("bitmap")
        BITMAP,
        /** A guest/host mask with its read shadow, or a match and its mask. */
        @SerializedName("mask")
        MASK,
        /** Another field of the VMCS. */
        @SerializedName("field")
        FIELD,
        /** The state of the guest: its privilege, its registers, its paging. */
        @SerializedName("guest")
        GUEST,
        /** An entry of the EPT. */
        @SerializedName("ept")
        EPT
    }

    /**
     * One thing that the processor looks at.
     *
     * @param kind what it is
     * @param name such as {@code primary.rdtsc-exiting} or {@code MSR bitmap, writes of 0xc0000080}
     * @param encoding encoding of the VMCS field it lies in or that points to it; null without one
     * @param bit number of the bit in the field, or in the byte at {@code address}; −1 when it is not a single bit
     * @param address physical address of the byte of a bitmap or of the entry of a table; null without one
     * @param value the value found
     * @param deciding whether this is what decides
     * @param text one sentence for the user
     * @param remedy what to change for the opposite verdict; null when nothing can be changed
     */
    public record Cause(
            Kind kind, String name, Integer encoding, int bit, @JsonAdapter(HexLong.class) Long address,
            @JsonAdapter(HexLong.class) long value, boolean deciding, String text, String remedy) {
    }
}
