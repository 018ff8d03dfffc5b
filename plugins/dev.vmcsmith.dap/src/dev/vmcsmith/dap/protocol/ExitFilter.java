// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * Which VM exits of the log to look at: those for which every component that is not null holds. Ranges include both ends.
 *
 * @param reasons basic exit reasons; empty is the same as null
 * @param text part of what a row shows (reason, decoded qualification, addresses, symbols, handler), ignoring case; blank is null
 * @param first least exit number
 * @param last greatest exit number
 * @param firstInstruction least virtual time, in instructions of the machine
 * @param lastInstruction greatest virtual time
 * @param threadId the processor; 0 is the same as null
 * @param vmcs physical address of the VMCS region
 * @param firstRip least guest RIP, unsigned
 * @param lastRip greatest guest RIP, unsigned
 * @param handler symbol of the code that handled the exit; while the machine runs, as far as it is known already
 */
public record ExitFilter(
        List<Integer> reasons, String text, Long first, Long last, Long firstInstruction, Long lastInstruction, Integer threadId,
        @JsonAdapter(HexLong.class) Long vmcs, @JsonAdapter(HexLong.class) Long firstRip, @JsonAdapter(HexLong.class) Long lastRip,
        String handler) {

    /** Every exit. */
    public static final ExitFilter ALL = new ExitFilter(null, null, null, null, null, null, null, null, null, null, null);

    /** Exits where a visible column contains a text. */
    public static ExitFilter text(String text) {
        return new ExitFilter(null, text, null, null, null, null, null, null, null, null, null);
    }

    /** Exits with one of these basic reasons. */
    public static ExitFilter reasons(List<Integer> reasons) {
        return new ExitFilter(reasons, null, null, null, null, null, null, null, null, null, null);
    }

    /** The same with another set of reasons. */
    public ExitFilter withReasons(List<Integer> value) {
        return new ExitFilter(value, text, first, last, firstInstruction, lastInstruction, threadId, vmcs, firstRip, lastRip, handler);
    }

    /** The same for a range of exit numbers; null is no bound. */
    public ExitFilter withNumbers(Long least, Long greatest) {
        return new ExitFilter(reasons, text, least, greatest, firstInstruction, lastInstruction, threadId, vmcs, firstRip, lastRip,
                handler);
    }

    /** The same for a range of virtual time; null is no bound. */
    public ExitFilter withInstructions(Long least, Long greatest) {
        return new ExitFilter(reasons, text, first, last, least, greatest, threadId, vmcs, firstRip, lastRip, handler);
    }

    /** The same for one VMCS. */
    public ExitFilter withVmcs(Long address) {
        return new ExitFilter(reasons, text, first, last, firstInstruction, lastInstruction, threadId, address, firstRip, lastRip, handler);
    }

    /** The same without what depends on the handlers of exits. */
    public ExitFilter withoutHandlers() {
        return new ExitFilter(reasons, null, first, last, firstInstruction, lastInstruction, threadId, vmcs, firstRip, lastRip, null);
    }

    /** Whether every exit passes. */
    public boolean isAll() {
        return (reasons == null || reasons.isEmpty()) && (text == null || text.isBlank()) && first == null && last == null
                && firstInstruction == null && lastInstruction == null && (threadId == null || threadId == 0) && vmcs == null
                && firstRip == null && lastRip == null && handler == null;
    }
}
