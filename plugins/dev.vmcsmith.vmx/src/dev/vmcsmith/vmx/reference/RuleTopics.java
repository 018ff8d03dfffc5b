// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import dev.vmcsmith.vmx.rules.EntryRule;
import dev.vmcsmith.vmx.rules.InstructionRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Topics of the rules. */
final class RuleTopics {
    private RuleTopics() {
    }

    static Topic of(EntryRule rule) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("In the SDM", List.of(Line.text("Volume 3, section \"" + rule.sdm() + "\"."))));
        List<String> conditions = rule.check().appliesWhen();
        if (!conditions.isEmpty()) {
            sections.add(new Section("Applies when", conditions.stream().map(Line::text).toList()));
        }
        sections.add(new Section("When it is violated", List.of(Line.text("VM entry fails: " + rule.area().outcome().text() + "."))));
        sections.add(new Section("Reads", rule.reads().stream().sorted(Comparator.comparing(VmcsField::ordinal)).map(FieldTopics::line)
                .toList()));
        return new Topic(Kind.RULE, rule.id(), rule.id(), rule.message() + ".", sections);
    }

    static Topic of(InstructionRule rule) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("In the SDM", List.of(Line.text("Volume 3, section \"" + rule.sdm() + "\"."))));
        sections.add(new Section("Instructions", rule.instructions().stream().sorted().map(instruction -> Line.text(instruction.name()))
                .toList()));
        sections.add(new Section("When it is not met", List.of(Line.text(rule.outcome().text() + "."))));
        return new Topic(Kind.PRECONDITION, rule.id(), rule.id(), rule.message() + ".", sections);
    }

    /** A line that leads to the rule. */
    static Line line(EntryRule rule) {
        return new Line(rule.id(), rule.message() + '.', Topic.path(Kind.RULE, rule.id()));
    }

    static Line line(InstructionRule rule) {
        return new Line(rule.id(), rule.message() + '.', Topic.path(Kind.PRECONDITION, rule.id()));
    }
}
