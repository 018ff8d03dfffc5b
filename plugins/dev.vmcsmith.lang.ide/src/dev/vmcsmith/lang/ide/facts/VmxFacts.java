// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.lang.plan.ExitChecks;
import dev.vmcsmith.lang.plan.StatementChecks;
import dev.vmcsmith.vmx.BitRange;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldMeaning;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the SDM says about VMCS fields, controls and exits, and what a CPU profile makes of it. */
public final class VmxFacts {
    private final Optional<CpuProfile> cpu;

    /** @param cpu the processor of the setup, empty when it is not known */
    public VmxFacts(Optional<CpuProfile> cpu) {
        this.cpu = cpu;
    }

    public Facts field(VmcsField field) {
        return field(field, List.of(), bits(field));
    }

    /**
     * @param values what is known of the field's value, below the description
     * @param bits   what is said about its bits
     */
    public Facts field(VmcsField field, List<String> values, List<String> bits) {
        List<String> lines = new ArrayList<>();
        if (!field.description().isEmpty()) {
            lines.add(field.description());
        }
        lines.addAll(values);
        String high = field.hasHighHalf() ? ", bits 63:32 at " + hex(field.highEncoding(), 4) : "";
        lines.add("Encoding " + hex(field.encoding(), 4) + high + ", " + width(field) + ", " + field.area().hvName() + " area");
        if (!field.existsWith().isEmpty()) {
            lines.add("Exists where the processor has " + field.existsWith().stream().map(ControlBit::hvName)
                    .collect(Collectors.joining(" or ")));
            cpu.filter(profile -> !field.existsOn(profile.capabilities()))
                    .ifPresent(profile -> lines.add("The CPU profile " + profile.name() + " does not have it"));
        }
        lines.addAll(bits);
        lines.add("SDM \"" + field.sdmSection() + '"');
        return new Facts(field.sdmName(), lines);
    }

    private static String width(VmcsField field) {
        return field.width() == FieldWidth.WNATURAL ? "natural width" : field.width().bits() + " bits";
    }

    /** What the bits of a value mean in a field; without bits of its own, the value in hexadecimal and decimal. */
    public Facts value(VmcsField field, long value) {
        List<String> lines = new ArrayList<>();
        String brief = FieldMeaning.brief(field, value);
        if (!brief.isEmpty()) {
            lines.add(brief);
        }
        lines.addAll(bits(field, value));
        if (lines.isEmpty()) {
            lines.add(Long.toUnsignedString(value) + " in decimal");
        }
        if (field.truncate(value) != value) {
            lines.add("The field has " + width(field) + ": higher bits are lost");
        }
        return new Facts(field.format(value) + " in " + field.sdmName(), lines);
    }

    /** The bits and ranges of a field; nothing for a field without bits of its own. */
    public static List<String> bits(VmcsField field) {
        return field.layout().stream().map(range -> range.bits() + "  " + range.name()).toList();
    }

    /** The bits of a value that are 1, and the wider ranges with their values; nothing for a field without bits of its own. */
    public static List<String> bits(VmcsField field, long value) {
        List<String> lines = new ArrayList<>();
        for (BitRange range : field.layout()) {
            long part = range.of(value);
            boolean single = range.low() == range.high();
            if (part != 0 || !single && !range.name().startsWith("reserved")) {
                lines.add(range.bits() + "  " + range.name() + (single ? "" : " = " + number(part)));
            }
        }
        return lines;
    }

    /** A number in its usual writings. */
    public static Facts number(String written, long value) {
        return Facts.of(written, Long.toUnsignedString(value) + " = 0x" + Long.toHexString(value).toUpperCase(Locale.ROOT) + bits(value));
    }

    private static String bits(long value) {
        return value != 0 && Long.bitCount(value) <= 8 ? (Long.bitCount(value) == 1 ? ", bit " : ", bits ") + IntStream.iterate(63, bit -> bit >= 0, bit -> bit - 1)
                .filter(bit -> (value >>> bit & 1) != 0).mapToObj(Integer::toString).collect(Collectors.joining(", ")) : "";
    }

    public Facts control(ControlBit control) {
        return control(control, List.of());
    }

    /** @param values what is known of its value */
    public Facts control(ControlBit control, List<String> values) {
        List<String> lines = new ArrayList<>();
        lines.add("Bit " + control.bit() + " of " + control.field().field().sdmName());
        lines.addAll(values);
        ControlBit activator = control.field().activatedBy();
        if (activator != null) {
            lines.add("Takes effect with " + activator.hvName());
        }
        cpu.ifPresentOrElse(profile -> lines.add(allowed(control, profile)),
                () -> lines.add("Capability MSR " + msr(control.field().msr())));
        lines.add("SDM \"" + control.field().field().sdmSection() + '"');
        return new Facts(control.sdmName(), lines);
    }

    private static String allowed(ControlBit control, CpuProfile profile) {
        VmxCapabilities capabilities = profile.capabilities();
        if (!capabilities.known(control.field())) {
            return capabilityMsr(control.field(), profile) + " is not known";
        }
        int allowed0 = capabilities.requires(control) ? 1 : 0;
        int allowed1 = capabilities.allows(control) ? 1 : 0;
        String answer = allowed0 == 1 ? "must be 1" : allowed1 == 1 ? "may be 0 or 1" : "must be 0";
        return capabilityMsr(control.field(), profile) + ": " + answer + " (allowed-0 setting " + allowed0 + ", allowed-1 setting " + allowed1 + ")";
    }

    /** The field that holds the controls of a block, and what its capability MSR says about all of its bits. */
    public Facts controls(ControlField field, List<String> values) {
        List<String> lines = new ArrayList<>(values);
        cpu.ifPresent(profile -> {
            VmxCapabilities capabilities = profile.capabilities();
            String msr = capabilityMsr(field, profile);
            lines.add(!capabilities.known(field) ? msr + " is not known" : msr + ": bits that must be 1 " + field.field().format(
                    capabilities.allowed0(field)) + ", bits that may be 1 " + field.field().format(capabilities.allowed1(field)));
        });
        return field(field.field(), lines, List.of());
    }

    private static String capabilityMsr(ControlField field, CpuProfile profile) {
        return "Capability MSR " + msr(profile.capabilities().governingMsr(field)) + " of " + profile.name();
    }

    private static String msr(int number) {
        String name = Msr.name(number);
        return hex(number, 3) + (name == null ? "" : " " + name);
    }

    public Facts exit(ExitReason reason) {
        List<String> lines = new ArrayList<>();
        lines.add("VM exit " + reason.number() + (reason.isInstruction() ? ", caused by an instruction"
                : reason.isEntryFailure() ? ", a VM entry that fails" : ""));
        if (StatementChecks.EMULATED.contains(reason)) {
            lines.add("emulate performs the instruction and moves RIP past it");
        }
        List<ControlBit> causes = ExitChecks.causes(reason);
        if (!causes.isEmpty()) {
            lines.add("Happens only with " + causes.stream().map(ControlBit::hvName).collect(Collectors.joining(" or ")));
        }
        List<String> fields = reason.fields().stream().map(VmcsField::hvName).toList();
        if (!fields.isEmpty()) {
            lines.add("Fills " + String.join(", ", fields));
        }
        lines.add("SDM \"Basic VM-Exit Information\"");
        return new Facts(reason.sdmName(), lines);
    }

    private static String number(long value) {
        return value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
    }

    private static String hex(int value, int digits) {
        return String.format("0x%0" + digits + "X", value);
    }
}
