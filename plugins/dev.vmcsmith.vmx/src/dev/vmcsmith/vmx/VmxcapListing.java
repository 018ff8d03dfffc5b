// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The decoded listing that the Linux kernel's {@code vmxcap} script prints: sections of control names, each with
 * {@code no} (cannot be 1), {@code yes} (free), {@code default} (1 by default, free with the TRUE MSRs) or {@code forced};
 * and {@code Hex:} lines for the registers without controls.
 */
final class VmxcapListing {
    private static final String FIRST_SECTION = "Basic VMX Information";

    /** Names that differ from the SDM's, as {@link #key} writes them, with the control's name in setup files. */
    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            Map.entry("activatesecondarycontrol", "activate-secondary-controls"),
            Map.entry("apicregisteremulation", "apic-register-virtualization"),
            Map.entry("concealnonrootoperationfrompt", "conceal-vmx-from-pt"),
            Map.entry("concealvmexitsfrompt", "conceal-vmx-from-pt"),
            Map.entry("concealvmentriesfrompt", "conceal-vmx-from-pt"),
            Map.entry("modebasedexecutecontrolxsxu", "mode-based-execute-control-for-ept"),
            Map.entry("subpagewritepermissions", "sub-page-write-permissions-for-ept"),
            Map.entry("gpatranslationforpt", "intel-pt-uses-guest-physical-addresses"),
            Map.entry("tscscaling", "use-tsc-scaling"),
            Map.entry("userwaitandpause", "enable-user-wait-and-pause"),
            Map.entry("enclvexiting", "enable-enclv-exiting"));

    private final Map<Integer, Long> msrs = new HashMap<>();
    private final Map<ControlField, long[]> allowed = new EnumMap<>(ControlField.class);

    static boolean recognises(String text) {
        return text.contains(FIRST_SECTION);
    }

    /** The MSR values that the listing shows or implies. */
    Map<Integer, Long> read(String text) {
        String section = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
                section = line.strip().toLowerCase(Locale.ROOT);
            } else if (line.strip().startsWith("Hex:")) {
                register(section, line.strip().substring(4).strip());
            } else if (field(section) != null) {
                control(field(section), line.strip());
            }
        }
        boolean trueMsrs = (msrs.getOrDefault(Msr.IA32_VMX_BASIC, 0L) >>> 55 & 1) != 0;
        allowed.forEach((field, settings) -> {
            long ones = settings[1] | field.default1();
            msrs.put(field.msr(), field.allowed1Only() ? settings[1] : ones << 32 | settings[0] | field.default1());
            if (trueMsrs && field.trueMsr() != 0) {
                long free = namedBits(field) & ~settings[0];
                msrs.put(field.trueMsr(), ones << 32 | (settings[0] | field.default1()) & ~free);
            }
        });
        return msrs;
    }

    private static long namedBits(ControlField field) {
        return field.bits().stream().mapToLong(ControlBit::mask).reduce(0, (a, b) -> a | b);
    }

    private void register(String section, String digits) {
        int msr = switch (section) {
            case "basic vmx information" -> Msr.IA32_VMX_BASIC;
            case "miscellaneous data" -> Msr.IA32_VMX_MISC;
            case "vpid and ept capabilities" -> Msr.IA32_VMX_EPT_VPID_CAP;
            case "vm functions" -> Msr.IA32_VMX_VMFUNC;
            default -> -1;
        };
        if (msr >= 0) {
            try {
                msrs.put(msr, Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'Hex: " + digits + "' in the section '" + section + "' is not a number", e);
            }
        }
    }

    private static ControlField field(String section) {
        return switch (section) {
            case "pin-based controls" -> ControlField.PIN_BASED;
            case "primary processor-based controls" -> ControlField.PRIMARY;
            case "secondary processor-based controls" -> ControlField.SECONDARY;
            case "tertiary processor-based controls" -> ControlField.TERTIARY;
            case "vm-exit controls" -> ControlField.EXIT;
            case "vm-entry controls" -> ControlField.ENTRY;
            default -> null;
        };
    }

    private void control(ControlField field, String line) {
        int blank = line.lastIndexOf(' ');
        ControlBit bit = blank < 0 ? null : named(field, key(line.substring(0, blank)));
        if (bit == null) {
            return;
        }
        long[] settings = allowed.computeIfAbsent(field, key -> new long[2]);
        String setting = line.substring(blank + 1);
        if (setting.equals("forced")) {
            settings[0] |= bit.mask();
        }
        if (setting.equals("forced") || setting.equals("yes") || setting.equals("default")) {
            settings[1] |= bit.mask();
        }
    }

    private static ControlBit named(ControlField field, String key) {
        for (ControlBit bit : field.bits()) {
            if (key(bit.sdmName()).equals(key) || bit.hvName().equals(OTHER_NAMES.get(key))) {
                return bit;
            }
        }
        return null;
    }

    private static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        name.chars().filter(Character::isLetterOrDigit).forEach(c -> key.append((char) Character.toLowerCase(c)));
        return key.toString();
    }
}
