// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Topics of the VMCS fields. */
final class FieldTopics {
    private FieldTopics() {
    }

    static Topic of(VmcsField field) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Field", facts(field)));
        if (!field.existsWith().isEmpty()) {
            sections.add(new Section("Exists on processors that have", field.existsWith().stream().sorted().map(ControlTopics::line)
                    .toList()));
        }
        ControlField controls = ControlField.of(field);
        if (controls != null) {
            sections.add(new Section("Controls", controls.bits().stream().map(ControlTopics::line).toList()));
        } else if (!field.layout().isEmpty()) {
            sections.add(new Section("Bits", field.layout().stream().map(range -> Line.of(range.bits(), range.name())).toList()));
        }
        List<Line> exits = Arrays.stream(ExitReason.values()).filter(reason -> field != VmcsField.EXIT_REASON && reason.fields()
                .contains(field)).map(ExitTopics::line).toList();
        if (!exits.isEmpty()) {
            sections.add(new Section("Filled by", exits));
        }
        List<Line> rules = EntryRules.all().stream().filter(rule -> rule.reads().contains(field)).map(RuleTopics::line).toList();
        if (!rules.isEmpty()) {
            sections.add(new Section("Rules that read it", rules));
        }
        if (!field.foreignNames().isEmpty()) {
            sections.add(new Section("Elsewhere it is called", List.of(Line.text(String.join(", ", field.foreignNames())))));
        }
        return new Topic(Kind.FIELD, field.qualifiedName(), field.sdmName(), field.description(), sections);
    }

    private static List<Line> facts(VmcsField field) {
        List<Line> facts = new ArrayList<>();
        facts.add(Line.of("Name in setups", field.qualifiedName()));
        facts.add(Line.of("Encoding", "0x%04X".formatted(field.encoding())
                + (field.hasHighHalf() ? ", high half 0x%04X".formatted(field.highEncoding()) : "")));
        facts.add(Line.of("Width", field.width() == FieldWidth.WNATURAL ? "natural (64 bits on processors with Intel 64 architecture)"
                : field.width().bits() + " bits"));
        facts.add(Line.of("Area", switch (field.area()) {
            case CONTROL -> "control fields";
            case EXIT -> "VM-exit information (read-only unless IA32_VMX_MISC[29] is 1)";
            case GUEST -> "guest-state area";
            case HOST -> "host-state area";
        }));
        facts.add(Line.of("SDM", '"' + field.sdmSection() + '"'));
        return facts;
    }

    /** A line that leads to the field. */
    static Line line(VmcsField field) {
        return new Line(field.qualifiedName(), field.sdmName() + " (0x%04X)".formatted(field.encoding()),
                Topic.path(Kind.FIELD, field.qualifiedName()));
    }

    /** Whether a rule of the field's area cites the control. */
    static boolean cites(String message, ControlBit control) {
        String cited = control.cited();
        return message.contains(cited.substring(0, cited.indexOf('"', 1) + 1));
    }
}
