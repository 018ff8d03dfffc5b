// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.vmx.CapabilityDescription;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.x86.Msr;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The VMX capability MSRs of one profile, decoded (SDM appendix "VMX Capability Reporting Facility"), and what the machine makes of them. */
final class CpuDetails {
    private static final String INDENT = "    ";

    private final CpuProfile profile;

    CpuDetails(CpuProfile profile) {
        this.profile = profile;
    }

    void print(PrintStream out) {
        out.println(profile.name() + ": " + profile.title() + (profile.cpuid().leaves().isEmpty() ? "" : " (" + profile.signature() + ")"));
        profile.sources().forEach(source -> out.println("source: " + source));
        for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_EXIT_CTLS2; msr++) {
            print(msr, out);
        }
        printWithheld(out);
    }

    private void printWithheld(PrintStream out) {
        List<ControlBit> withheld = Machine.withheldControls(profile);
        if (withheld.isEmpty()) {
            return;
        }
        out.println();
        out.println("The machine has no semantics for what these controls are about; run on it, the profile does not let them be 1:");
        TextTable table = new TextTable();
        withheld.forEach(control -> table.row(control.field().hvName(), control.hvName()));
        table.print(INDENT, out);
    }

    private void print(int msr, PrintStream out) {
        out.println();
        if (!profile.capabilities().known(msr)) {
            out.println("0x%X %s: %s".formatted(msr, Msr.name(msr), absence(msr)));
            return;
        }
        out.println("0x%X %s = 0x%016X".formatted(msr, Msr.name(msr), profile.capabilities().msr(msr)));
        ControlField field = field(msr);
        if (field == null) {
            CapabilityDescription.of(profile.capabilities(), msr).forEach(line -> out.println(INDENT + line));
        } else {
            controls(field, msr, out);
        }
    }

    private void controls(ControlField field, int msr, PrintStream out) {
        out.println(INDENT + "%s controls: allowed-0 0x%08X (must be 1), allowed-1 0x%08X (may be 1)".formatted(field.hvName(),
                allowed0(field, msr), allowed1(field, msr)));
        TextTable table = new TextTable();
        table.row("bit", "may be 0", "may be 1", "control");
        for (ControlBit bit : field.bits()) {
            table.row(Integer.toString(bit.bit()), bit.in(allowed0(field, msr)) ? "-" : "yes", bit.in(allowed1(field, msr)) ? "yes" : "-",
                    bit.hvName());
        }
        table.print(INDENT, out);
    }

    private String absence(int msr) {
        if (profile.undocumented().contains(msr)) {
            return "value not documented";
        }
        return CpuProfiles.named(profile.name()) == profile ? "does not exist on this processor" : "not shown by the source";
    }

    private static ControlField field(int msr) {
        for (ControlField field : ControlField.values()) {
            if (field.msr() == msr || field.trueMsr() == msr) {
                return field;
            }
        }
        return null;
    }

    private long allowed0(ControlField field, int msr) {
        return field.allowed1Only() ? 0 : profile.capabilities().msr(msr) & 0xFFFF_FFFFL;
    }

    private long allowed1(ControlField field, int msr) {
        return field.allowed1Only() ? profile.capabilities().msr(msr) : profile.capabilities().msr(msr) >>> 32;
    }

    Object json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", profile.name());
        root.put("processor", profile.title());
        root.put("sources", profile.sources());
        List<Object> msrs = new ArrayList<>();
        for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_EXIT_CTLS2; msr++) {
            msrs.add(json(msr));
        }
        root.put("msrs", msrs);
        root.put("withheldByMachine", Machine.withheldControls(profile).stream().map(control -> control.field().hvName() + "." + control.hvName()).toList());
        return root;
    }

    private Map<String, Object> json(int msr) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("msr", "0x%X".formatted(msr));
        entry.put("name", Msr.name(msr));
        if (!profile.capabilities().known(msr)) {
            entry.put("value", null);
            entry.put("absence", absence(msr));
            return entry;
        }
        entry.put("value", "0x%016X".formatted(profile.capabilities().msr(msr)));
        ControlField field = field(msr);
        if (field == null) {
            entry.put("facts", CapabilityDescription.of(profile.capabilities(), msr));
            return entry;
        }
        List<Object> controls = new ArrayList<>();
        for (ControlBit bit : field.bits()) {
            Map<String, Object> control = new LinkedHashMap<>();
            control.put("control", bit.hvName());
            control.put("bit", bit.bit());
            control.put("mayBe0", !bit.in(allowed0(field, msr)));
            control.put("mayBe1", bit.in(allowed1(field, msr)));
            controls.add(control);
        }
        entry.put("controls", controls);
        return entry;
    }
}
