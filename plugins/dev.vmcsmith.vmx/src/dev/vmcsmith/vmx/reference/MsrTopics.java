// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.reference;

import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.reference.Topic.Kind;
import dev.vmcsmith.vmx.reference.Topic.Line;
import dev.vmcsmith.vmx.reference.Topic.Section;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Topics of the capability MSRs. */
final class MsrTopics {
    private MsrTopics() {
    }

    static Topic of(int msr) {
        List<Section> sections = new ArrayList<>();
        List<Line> fields = new ArrayList<>();
        for (ControlField field : ControlField.values()) {
            if (field.msr() == msr || field.trueMsr() == msr) {
                fields.add(FieldTopics.line(field.field()));
            }
        }
        if (!fields.isEmpty()) {
            sections.add(new Section("Limits", fields));
        }
        sections.add(new Section("Values", CpuProfiles.names().stream().map(name -> {
            VmxCapabilities capabilities = CpuProfiles.named(name).capabilities();
            return Line.of(name, capabilities.known(msr) ? "0x%016X".formatted(capabilities.msr(msr)) : "not documented, or not there");
        }).toList()));
        String name = Msr.name(msr);
        return new Topic(Kind.CAPABILITY_MSR, name, name, "Capability MSR %XH: %s.".formatted(msr, summary(msr, fields)), sections);
    }

    private static String summary(int msr, List<Line> fields) {
        if (!fields.isEmpty()) {
            boolean ones = msr == Msr.IA32_VMX_PROCBASED_CTLS3 || msr == Msr.IA32_VMX_EXIT_CTLS2 || msr == Msr.IA32_VMX_VMFUNC;
            return "which bits may be 1 in the " + fields.getFirst().text().replaceAll(" \\(.*", "").toLowerCase(Locale.ROOT)
                    .replace("vm-", "VM-") + (ones ? "" : ", in bits 63:32, and which have to be, in bits 31:0");
        }
        return switch (msr) {
            case Msr.IA32_VMX_BASIC -> "VMCS revision identifier, region size, memory type, and which other capability MSRs there are";
            case Msr.IA32_VMX_MISC -> "timer rate, activity states, CR3-target values, recommended length of MSR areas";
            case Msr.IA32_VMX_CR0_FIXED0 -> "bits that have to be 1 in CR0";
            case Msr.IA32_VMX_CR0_FIXED1 -> "bits that may be 1 in CR0";
            case Msr.IA32_VMX_CR4_FIXED0 -> "bits that have to be 1 in CR4";
            case Msr.IA32_VMX_CR4_FIXED1 -> "bits that may be 1 in CR4";
            case Msr.IA32_VMX_VMCS_ENUM -> "the highest index of a VMCS field";
            default -> "what EPT, INVEPT and INVVPID support";
        };
    }
}
