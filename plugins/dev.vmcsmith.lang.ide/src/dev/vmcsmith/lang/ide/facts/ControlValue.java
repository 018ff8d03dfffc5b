// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.lang.plan.VmcsPlan;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a control field of a VMCS gets: the bits that the setup asks for, adjusted by the processor's capability MSR. */
public record ControlValue(ControlField field, long value) {
    /** Empty when the setup writes the whole field itself, when the field is not in use, and when the processor's MSR is not known. */
    public static Optional<ControlValue> of(VmcsPlan vmcs, ControlField field, VmxCapabilities capabilities) {
        return vmcs.control(field) != null && vmcs.adjusts(field) && capabilities.known(field)
                ? Optional.of(new ControlValue(field, capabilities.adjust(field, vmcs.control(field).ones()))) : Optional.empty();
    }

    /** The value, and the bits in it that are not among those named: {@code 0xB5A06DFA, with hlt-exiting and 9 reserved bits}. */
    public String beyond(long named) {
        long bits = value & ~named;
        if (bits == 0) {
            return field.field().format(value);
        }
        String names = field.bits().stream().filter(bit -> bit.in(bits)).map(ControlBit::hvName).collect(Collectors.joining(", "));
        int reserved = Long.bitCount(bits & ~field.bits().stream().mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b));
        String rest = reserved == 0 ? "" : reserved == 1 ? "1 reserved bit" : reserved + " reserved bits";
        return field.field().format(value) + ", with " + names + (names.isEmpty() || rest.isEmpty() ? "" : " and ") + rest;
    }
}
