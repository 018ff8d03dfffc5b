// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * The bitmaps of a VMCS decoded: which MSRs, ports, exceptions and VMCS fields exit.
 *
 * @param vmcs physical address of the VMCS region; null when the processor has no current VMCS, and then there are no bitmaps
 * @param explanation one sentence for the user when there is nothing to show, otherwise null
 * @param bitmaps those that the processor has
 * @param instant when
 */
public record Bitmaps(@JsonAdapter(HexLong.class) Long vmcs, String explanation, List<Bitmap> bitmaps, Instant instant) {

    /** What a bitmap decides about. */
    public enum Kind { MSR, IO, EXCEPTION, VMREAD, VMWRITE, EOI_EXIT, ENCLS, XSS }

    /**
     * One bitmap.
     *
     * @param kind what it decides about
     * @param name for the user, such as {@code MSR bitmap}
     * @param used whether the controls let it decide; otherwise {@code rule} says what happens instead
     * @param rule one sentence on what exits, such as {@code Every RDMSR and WRMSR exits, because use-msr-bitmaps is 0.}
     * @param address physical address of the bitmap; null when it is a field of the VMCS or not used
     * @param entries what exits by this bitmap, ascending; neighbours with the same access are one entry; empty when it is not used
     */
    public record Bitmap(
            Kind kind, String name, boolean used, String rule, @JsonAdapter(HexLong.class) Long address, List<Entry> entries) {
    }

    /**
     * Neighbouring bits that are 1.
     *
     * @param first MSR address, port, vector, or field encoding
     * @param last the same; equal to {@code first} for a single one
     * @param name what it is called, such as {@code IA32_EFER} or {@code COM1}; for a range of several null
     * @param access {@code r}, {@code w} or {@code rw} where a bitmap tells reads and writes apart, otherwise empty
     */
    public record Entry(@JsonAdapter(HexLong.class) long first, @JsonAdapter(HexLong.class) long last, String name, String access) {
    }
}
