// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import dev.vmcsmith.vmx.BitRange;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Msr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Names that are numbers everywhere: MSRs, and bits to be joined with {@code |}: {@code CR0.PE}, {@code primary.hlt-exiting}. */
public final class NamedNumbers {
    private static final Map<String, Long> VALUES = make();

    private NamedNumbers() {
    }

    /** The number of an MSR, or a number with one bit set; empty for other names. */
    public static OptionalLong find(String name) {
        Long value = VALUES.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    public static Set<String> names() {
        return VALUES.keySet();
    }

    private static Map<String, Long> make() {
        Map<String, Long> values = new LinkedHashMap<>();
        Msr.names().forEach(name -> values.put(name, (long) Msr.byName(name)));
        register(values, "CR0", VmcsField.GUEST_CR0);
        register(values, "CR4", VmcsField.GUEST_CR4);
        register(values, "EFER", VmcsField.GUEST_IA32_EFER);
        register(values, "RFLAGS", VmcsField.GUEST_RFLAGS);
        for (ControlField field : ControlField.values()) {
            for (ControlBit bit : field.bits()) {
                values.put(field.hvName() + '.' + bit.hvName(), bit.mask());
            }
        }
        return values;
    }

    private static void register(Map<String, Long> values, String name, VmcsField field) {
        for (BitRange range : field.layout()) {
            if (range.low() == range.high() && range.name().matches("[A-Z0-9]+")) {
                values.put(name + '.' + range.name(), 1L << range.low());
            }
        }
    }
}
