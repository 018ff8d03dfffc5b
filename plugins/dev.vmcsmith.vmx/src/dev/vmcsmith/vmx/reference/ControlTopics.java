// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import dev.vmcsmith.vmx.rules.EntryRules;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Topics of the controls. */
final class ControlTopics {
    private ControlTopics() {
    }

    static Topic of(ControlBit control) {
        ControlField field = control.field();
        List<Section> sections = new ArrayList<>();
        List<Line> facts = new ArrayList<>();
        facts.add(Line.of("In setups", field.hvName() + " { " + control.hvName() + " }"));
        facts.add(new Line(field.field().qualifiedName(), "bit " + control.bit() + " of the " + field.field().sdmName(),
                Topic.path(Kind.FIELD, field.field().qualifiedName())));
        facts.add(msr(field.msr(), "reports whether it may be 1"));
        if (field.trueMsr() != 0) {
            facts.add(msr(field.trueMsr(), "does so where IA32_VMX_BASIC[55] is 1"));
        }
        sections.add(new Section("Control", facts));
        if (field.activatedBy() != null) {
            sections.add(new Section("In force only with", List.of(line(field.activatedBy()))));
        }
        List<Line> fields = Arrays.stream(VmcsField.values()).filter(each -> each.existsWith().contains(control)).map(FieldTopics::line)
                .toList();
        if (!fields.isEmpty()) {
            sections.add(new Section("Fields that exist with it", fields));
        }
        List<Line> rules = EntryRules.all().stream().filter(rule -> rule.reads().contains(field.field())
                && FieldTopics.cites(rule.message(), control)).map(RuleTopics::line).toList();
        if (!rules.isEmpty()) {
            sections.add(new Section("Rules that name it", rules));
        }
        sections.add(new Section("CPU profiles that have it", List.of(Line.text(profiles(control)))));
        return new Topic(Kind.CONTROL, field.hvName() + '.' + control.hvName(), control.sdmName(), "The " + control.cited() + ", bit "
                + control.bit() + " of the " + field.field().sdmName() + ".", sections);
    }

    private static Line msr(int msr, String text) {
        return new Line(Msr.name(msr), text, Topic.path(Kind.CAPABILITY_MSR, Msr.name(msr)));
    }

    private static String profiles(ControlBit control) {
        String names = CpuProfiles.names().stream().filter(name -> {
            VmxCapabilities capabilities = CpuProfiles.named(name).capabilities();
            return capabilities.allows(control);
        }).collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    /** A line that leads to the control. */
    static Line line(ControlBit control) {
        return new Line(control.field().hvName() + '.' + control.hvName(), "bit " + control.bit() + ", " + control.sdmName(),
                Topic.path(Kind.CONTROL, control.field().hvName() + '.' + control.hvName()));
    }
}
