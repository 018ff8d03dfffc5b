// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static dev.vmcsmith.vmx.VmcsField.*;

import java.util.ArrayList;
import java.util.List;

/** A VM exit in one line, from its reason, its qualification and the further fields that it fills. */
public final class ExitDescription {
    private static final long LINEAR_ADDRESS_VALID = 0x80;

    private ExitDescription() {
    }

    /**
     * The last VM exit: {@code EPT violation: write to GPA 0x5000, page readable, linear address valid}.
     *
     * @param exit knows the VM-exit information fields as far as they are known; what is not known is left out
     * @return an empty string when the exit reason is not known
     */
    public static String of(VmcsView exit) {
        if (!exit.known(EXIT_REASON)) {
            return "";
        }
        String details = details(exit);
        StringBuilder text = new StringBuilder(ExitReason.describe(exit.value(EXIT_REASON)));
        if (!details.isEmpty()) {
            text.append(": ").append(details);
        }
        if (exit.known(IDT_VECTORING_INFORMATION) && InterruptionInfo.valid(exit.value(IDT_VECTORING_INFORMATION))) {
            text.append("; during the delivery of ").append(InterruptionInfo.describe(exit.value(IDT_VECTORING_INFORMATION)));
        }
        return text.toString();
    }

    /** The same without the reason and the event that was being delivered; empty when nothing more is known. */
    public static String details(VmcsView exit) {
        ExitReason reason = exit.known(EXIT_REASON) ? ExitReason.of(exit.value(EXIT_REASON)) : null;
        return reason == null ? "" : String.join(", ", words(reason, exit));
    }

    private static List<String> words(ExitReason reason, VmcsView exit) {
        List<String> words = new ArrayList<>();
        long event = known(reason, EXIT_INTERRUPTION_INFORMATION, exit) ? exit.value(EXIT_INTERRUPTION_INFORMATION) : 0;
        if (InterruptionInfo.valid(event)) {
            words.add(InterruptionInfo.describe(event));
            if (InterruptionInfo.deliversErrorCode(event) && known(reason, EXIT_INTERRUPTION_ERROR_CODE, exit)) {
                words.add("error code 0x%X".formatted(exit.value(EXIT_INTERRUPTION_ERROR_CODE)));
            }
        }
        long qualification = exit.value(EXIT_QUALIFICATION);
        if (known(reason, EXIT_QUALIFICATION, exit)) {
            add(words, addresses(reason, ExitQualification.describe(reason, qualification, event), qualification, exit));
        } else if (known(reason, GUEST_PHYSICAL_ADDRESS, exit)) {
            words.add("GPA 0x%X".formatted(exit.value(GUEST_PHYSICAL_ADDRESS)));
        }
        if (known(reason, EXIT_INSTRUCTION_INFORMATION, exit)) {
            add(words, InstructionInformation.describe(reason, exit.value(EXIT_INSTRUCTION_INFORMATION), qualification));
        }
        if (known(reason, MSR_DATA, exit)) {
            words.add("MSR data 0x%X".formatted(exit.value(MSR_DATA)));
        }
        return words;
    }

    /** The qualification's words with the addresses that belong to them. */
    private static String addresses(ExitReason reason, String text, long qualification, VmcsView exit) {
        String words = text;
        if (known(reason, GUEST_PHYSICAL_ADDRESS, exit)) {
            int comma = words.indexOf(',');
            String access = comma < 0 ? words : words.substring(0, comma);
            words = access + " to GPA 0x%X".formatted(exit.value(GUEST_PHYSICAL_ADDRESS)) + words.substring(access.length());
        }
        boolean linear = reason == ExitReason.EPT_VIOLATION && (qualification & LINEAR_ADDRESS_VALID) != 0;
        return linear && known(reason, GUEST_LINEAR_ADDRESS, exit) ? words.replace("linear address valid",
                "linear address 0x%X".formatted(exit.value(GUEST_LINEAR_ADDRESS))) : words;
    }

    private static boolean known(ExitReason reason, VmcsField field, VmcsView exit) {
        return reason.fields().contains(field) && exit.known(field);
    }

    private static void add(List<String> words, String more) {
        if (!more.isEmpty()) {
            words.add(more);
        }
    }
}
