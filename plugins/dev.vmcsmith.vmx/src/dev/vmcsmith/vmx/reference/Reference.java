// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.InstructionRules;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** All topics, and the way to find them by whatever name people have in hand. */
public final class Reference {
    private static final int FIRST_MSR = Msr.IA32_VMX_BASIC;
    private static final int LAST_MSR = Msr.IA32_VMX_EXIT_CTLS2;

    private Reference() {
    }

    /** Every topic, by kind, within a kind in the SDM's order. */
    public static List<Topic> all() {
        return Topics.ALL;
    }

    /**
     * The topics that a query names: the id of a rule, a field by any name or encoding, a control, an exit reason or a
     * VM-instruction error by name or number ({@code exit 48}, {@code error 7}, {@code 0x80000021}), a capability MSR.
     *
     * @return empty when it names nothing
     */
    public static List<Topic> find(String query) {
        String text = query.strip();
        Set<Topic> found = new LinkedHashSet<>();
        String key = key(text);
        for (Topic topic : all()) {
            if (key(topic.name()).equals(key) || key(topic.title()).equals(key)) {
                found.add(topic);
            }
        }
        field(text, found);
        ControlBit.find(text.toLowerCase(Locale.ROOT).replace(' ', '-').replace('_', '-')).forEach(bit -> found.add(ControlTopics.of(bit)));
        number(text.toLowerCase(Locale.ROOT), found);
        return List.copyOf(found);
    }

    /** The topics whose name or title contains the query, when {@link #find} does not know it. */
    public static List<Topic> containing(String query) {
        String key = key(query);
        return key.length() < 2 ? List.of() : all().stream().filter(topic -> key(topic.name()).contains(key) || key(topic.title())
                .contains(key)).toList();
    }

    private static void field(String text, Set<Topic> found) {
        VmcsField field = VmcsField.find(text);
        if (field != null) {
            found.add(FieldTopics.of(field));
        }
    }

    private static void number(String text, Set<Topic> found) {
        String[] words = text.split("[ =:]+");
        String last = words[words.length - 1];
        long number = parse(last);
        if (number < 0 || words.length > 3) {
            return;
        }
        boolean exit = text.contains("exit") || text.contains("reason");
        boolean error = text.contains("error");
        boolean bare = words.length == 1;
        boolean hexadecimal = last.startsWith("0x") || last.endsWith("h");
        ExitReason reason = number <= 0xFFFF || (number & ExitReason.ENTRY_FAILURE) != 0 ? ExitReason.of(number) : null;
        if (reason != null && (exit || bare && (!hexadecimal || (number & ExitReason.ENTRY_FAILURE) != 0))) {
            found.add(ExitTopics.of(reason));
        }
        VmInstructionError instructionError = VmInstructionError.of(number);
        if (instructionError != null && (error || bare && !hexadecimal)) {
            found.add(ExitTopics.of(instructionError));
        }
        if (hexadecimal && number >= FIRST_MSR && number <= LAST_MSR) {
            found.add(MsrTopics.of((int) number));
        }
        VmcsField field = hexadecimal && number <= 0x7FFF && !exit && !error ? VmcsField.byEncoding((int) number) : null;
        if (field != null) {
            found.add(FieldTopics.of(field));
        }
    }

    /** Decimal, {@code 0x21} or {@code 480h}; -1 for anything else. */
    private static long parse(String word) {
        try {
            return word.startsWith("0x") ? Long.parseLong(word.substring(2), 16)
                    : word.endsWith("h") ? Long.parseLong(word.substring(0, word.length() - 1), 16) : Long.parseLong(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String key(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Made on first use. */
    private static final class Topics {
        static final List<Topic> ALL = all();

        private static List<Topic> all() {
            List<Topic> topics = new ArrayList<>(1024);
            EntryRules.all().forEach(rule -> topics.add(RuleTopics.of(rule)));
            InstructionRules.all().forEach(rule -> topics.add(RuleTopics.of(rule)));
            for (VmcsField field : VmcsField.values()) {
                topics.add(FieldTopics.of(field));
            }
            for (ControlBit control : ControlBit.values()) {
                topics.add(ControlTopics.of(control));
            }
            for (ExitReason reason : ExitReason.values()) {
                topics.add(ExitTopics.of(reason));
            }
            for (VmInstructionError error : VmInstructionError.values()) {
                topics.add(ExitTopics.of(error));
            }
            for (int msr = FIRST_MSR; msr <= LAST_MSR; msr++) {
                topics.add(MsrTopics.of(msr));
            }
            return List.copyOf(topics);
        }
    }
}
