// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import dev.vmcsmith.vmx.rules.EntryOutcome;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.vmx.rules.InstructionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Topics of the exit reasons and the VM-instruction errors. */
final class ExitTopics {
    private ExitTopics() {
    }

    static Topic of(ExitReason reason) {
        List<Section> sections = new ArrayList<>();
        List<Line> facts = new ArrayList<>();
        facts.add(Line.of("Basic exit reason", reason.number() + " (0x%X)".formatted(reason.number())));
        if (reason.isEntryFailure()) {
            facts.add(Line.of("Exit-reason field", "0x%08X: bit 31 is 1 after a failed VM entry".formatted(ExitReason.ENTRY_FAILURE
                    | reason.number())));
        }
        facts.add(Line.of("Handler in setups", "on VMCS exit " + reason.hvName() + " { ... }"));
        facts.add(Line.of("Exit qualification", reason.qualification().text()));
        sections.add(new Section("VM exit", facts));
        sections.add(new Section("Fields that it fills", reason.fields().stream().map(FieldTopics::line).toList()));
        rules(sections, outcome -> !outcome.vmfail() && outcome.number() == reason.number());
        return new Topic(Kind.EXIT_REASON, reason.hvName(), "Exit reason " + reason.number() + ": " + reason.sdmName(),
                reason.isEntryFailure() ? "VM entry fails after the checks on controls and host state."
                        : reason.isInstruction() ? "The guest executed an instruction that causes VM exits." : "An event in the guest.",
                sections);
    }

    static Topic of(VmInstructionError error) {
        List<Section> sections = new ArrayList<>();
        rules(sections, outcome -> outcome.vmfail() && outcome.number() == error.number());
        List<Line> preconditions = InstructionRules.all().stream().filter(rule -> rule.outcome().error() == error.number())
                .map(RuleTopics::line).toList();
        if (!preconditions.isEmpty()) {
            sections.add(new Section("Preconditions that lead to it", preconditions));
        }
        return new Topic(Kind.INSTRUCTION_ERROR, Integer.toString(error.number()), "VM-instruction error " + error.number(),
                error.text() + ".", sections);
    }

    private static void rules(List<Section> sections, Predicate<EntryOutcome> outcome) {
        List<Line> rules = EntryRules.all().stream().filter(rule -> outcome.test(rule.area().outcome())).map(RuleTopics::line).toList();
        if (!rules.isEmpty()) {
            sections.add(new Section("Rules whose violation leads to it", rules));
        }
    }

    /** A line that leads to the exit reason. */
    static Line line(ExitReason reason) {
        return new Line(reason.hvName(), "exit reason " + reason.number() + ", " + reason.sdmName(), Topic.path(Kind.EXIT_REASON,
                reason.hvName()));
    }
}
