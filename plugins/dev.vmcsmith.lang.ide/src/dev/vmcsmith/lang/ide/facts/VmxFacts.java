// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.vmx.BitRange;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the SDM says about VMCS fields, controls and exits, and what a CPU profile makes of it. */
public final class VmxFacts {
    private final Optional<CpuProfile> cpu;

    /** @param cpu the processor of the setup, empty when it is not known */
    public VmxFacts(Optional<CpuProfile> cpu) {
        this.cpu = cpu;
    }

    public Facts field(VmcsField field) {
        List<String> lines = new ArrayList<>();
        if (!field.description().isEmpty()) {
            lines.add(field.description());
        }
        String high = field.hasHighHalf() ? ", bits 63:32 at " + hex(field.highEncoding(), 4) : "";
        lines.add("Encoding " + hex(field.encoding(), 4) + high + ", " + width(field) + ", " + field.area().hvName() + " area");
        if (!field.existsWith().isEmpty()) {
            lines.add("Exists where the processor has " + field.existsWith().stream().map(ControlBit::hvName)
                    .collect(Collectors.joining(" or ")));
            cpu.filter(profile -> !field.existsOn(profile.capabilities()))
                    .ifPresent(profile -> lines.add("The CPU profile " + profile.name() + " does not have it"));
        }
        field.layout().forEach(range -> lines.add(range.bits() + "  " + range.name()));
        return new Facts(field.sdmName(), lines);
    }

    private static String width(VmcsField field) {
        return field.width() == FieldWidth.WNATURAL ? "natural width" : field.width().bits() + " bits";
    }

    /** What the bits of a value mean in a field; without bits of its own, the value in hexadecimal and decimal. */
    public Facts value(VmcsField field, long value) {
        List<String> lines = new ArrayList<>();
        for (BitRange range : field.layout()) {
            long part = range.of(value);
            boolean single = range.low() == range.high();
            if (part != 0 || !single && !range.name().startsWith("reserved")) {
                lines.add(range.bits() + "  " + range.name() + (single ? "" : " = " + number(part)));
            }
        }
        if (lines.isEmpty()) {
            lines.add(Long.toUnsignedString(value) + " in decimal");
        }
        if (field.truncate(value) != value) {
            lines.add("The field has " + width(field) + ": higher bits are lost");
        }
        return new Facts(field.format(value) + " in " + field.sdmName(), lines);
    }

    /** A number in its usual writings. */
    public static Facts number(String written, long value) {
        return Facts.of(written, Long.toUnsignedString(value) + " = 0x" + Long.toHexString(value).toUpperCase(Locale.ROOT) + bits(value));
    }

    private static String bits(long value) {
        return value != 0 && Long.bitCount(value) <= 8 ? ", bits " + java.util.stream.IntStream.iterate(63, bit -> bit >= 0, bit -> bit - 1)
                .filter(bit -> (value >>> bit & 1) != 0).mapToObj(Integer::toString).collect(Collectors.joining(", ")) : "";
    }

    public Facts control(ControlBit control) {
        List<String> lines = new ArrayList<>();
        lines.add("Bit " + control.bit() + " of " + control.field().field().sdmName());
        ControlBit activator = control.field().activatedBy();
        if (activator != null) {
            lines.add("Takes effect with " + activator.hvName());
        }
        cpu.ifPresentOrElse(profile -> lines.add(allowed(control, profile)),
                () -> lines.add("Capability MSR " + hex(control.field().msr(), 3)));
        return new Facts(control.sdmName(), lines);
    }

    private static String allowed(ControlBit control, CpuProfile profile) {
        VmxCapabilities capabilities = profile.capabilities();
        String msr = "MSR " + hex(capabilities.governingMsr(control.field()), 3) + " of " + profile.name();
        if (!capabilities.known(control.field())) {
            return msr + " is not known";
        }
        String answer = capabilities.requires(control) ? "must be 1" : capabilities.allows(control) ? "may be 0 or 1" : "must be 0";
        return answer + " (" + msr + ")";
    }

    public Facts exit(ExitReason reason) {
        List<String> lines = new ArrayList<>();
        lines.add("VM exit " + reason.number() + (reason.isInstruction() ? ", caused by an instruction; emulate performs it and moves RIP"
                : reason.isEntryFailure() ? ", a VM entry that fails" : ""));
        return new Facts(reason.sdmName(), lines);
    }

    private static String number(long value) {
        return value < 10 ? Long.toString(value) : "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
    }

    private static String hex(int value, int digits) {
        return String.format("0x%0" + digits + "X", value);
    }
}
