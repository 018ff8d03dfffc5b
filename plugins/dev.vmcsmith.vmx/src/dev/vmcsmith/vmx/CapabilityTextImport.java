// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads capability MSRs from text that other tools print: {@code rdmsr} with the register's number or name on the line,
 * the MSR lines of an AIDA64 dump, {@code HM: MSR_IA32_VMX_… = 0x…} of a VirtualBox log, {@code IA32_VMX_BASIC: …}. Lines
 * without such a register are skipped, and so are decoded listings that do not show the raw value.
 */
final class CapabilityTextImport {
    private CapabilityTextImport() {
    }

    static CpuProfile parse(String name, String text) {
        Map<Integer, Long> msrs = new HashMap<>();
        List<CpuidLeaf> leaves = new ArrayList<>();
        String title = name;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith("CPUID CPU Name") && line.indexOf(':') > 0) {
                title = line.substring(line.indexOf(':') + 1).strip();
            } else if (line.startsWith("CPUID ")) {
                cpuid(leaves, line);
            } else {
                msr(msrs, line);
            }
        }
        if (msrs.keySet().stream().noneMatch(msr -> msr >= Msr.IA32_VMX_BASIC && msr <= Msr.IA32_VMX_EXIT_CTLS2)) {
            throw new IllegalArgumentException("no VMX capability MSR (480H to 493H) is in the text; "
                    + "expected lines such as 'rdmsr 0x480: da040000000004', 'IA32_VMX_BASIC = 0x…' or 'MSR 00000480: 00DA-0400-0000-0004'");
        }
        return new CpuProfile(name, title, List.of("imported text"), msrs, Set.of(), new CpuidTable(leaves));
    }

    /** Takes the first value of each register: in dumps of several logical processors, the first one's. */
    private static void msr(Map<Integer, Long> msrs, String line) {
        int at = line.indexOf("_VMX_");
        int msr;
        int end;
        if (at >= 0) {
            int start = line.lastIndexOf(' ', at) + 1;
            end = at;
            while (end < line.length() && (Character.isLetterOrDigit(line.charAt(end)) || line.charAt(end) == '_')) {
                end++;
            }
            msr = byName(line.substring(start, end));
        } else {
            int word = indexOfNumber(line, 0);
            if (word < 0) {
                return;
            }
            end = endOfNumber(line, word);
            msr = (int) number(line.substring(word, end));
        }
        boolean wanted = msr >= Msr.IA32_VMX_BASIC && msr <= Msr.IA32_VMX_EXIT_CTLS2 || msr == Msr.IA32_FEATURE_CONTROL;
        if (!wanted || msrs.containsKey(msr)) {
            return;
        }
        int value = indexOfNumber(line, end);
        // An address given beside the name, as in "IA32_VMX_BASIC (0x480) = 0x…", is not the value.
        if (value >= 0 && at >= 0 && value(line, value) == msr && indexOfNumber(line, endOfNumber(line, value)) >= 0) {
            value = indexOfNumber(line, endOfNumber(line, value));
        }
        if (value >= 0) {
            msrs.put(msr, value(line, value));
        }
    }

    private static int byName(String word) {
        String name = word.toUpperCase(Locale.ROOT);
        if (name.startsWith("MSR_")) {
            name = name.substring(4);
        }
        if (!name.startsWith("IA32_")) {
            name = "IA32" + name.substring(name.indexOf("_VMX_"));
        }
        return switch (name) {
            case "IA32_VMX_BASIC" -> Msr.IA32_VMX_BASIC;
            case "IA32_VMX_PINBASED_CTLS" -> Msr.IA32_VMX_PINBASED_CTLS;
            case "IA32_VMX_PROCBASED_CTLS" -> Msr.IA32_VMX_PROCBASED_CTLS;
            case "IA32_VMX_EXIT_CTLS" -> Msr.IA32_VMX_EXIT_CTLS;
            case "IA32_VMX_ENTRY_CTLS" -> Msr.IA32_VMX_ENTRY_CTLS;
            case "IA32_VMX_MISC" -> Msr.IA32_VMX_MISC;
            case "IA32_VMX_CR0_FIXED0" -> Msr.IA32_VMX_CR0_FIXED0;
            case "IA32_VMX_CR0_FIXED1" -> Msr.IA32_VMX_CR0_FIXED1;
            case "IA32_VMX_CR4_FIXED0" -> Msr.IA32_VMX_CR4_FIXED0;
            case "IA32_VMX_CR4_FIXED1" -> Msr.IA32_VMX_CR4_FIXED1;
            case "IA32_VMX_VMCS_ENUM" -> Msr.IA32_VMX_VMCS_ENUM;
            case "IA32_VMX_PROCBASED_CTLS2" -> Msr.IA32_VMX_PROCBASED_CTLS2;
            case "IA32_VMX_EPT_VPID_CAP" -> Msr.IA32_VMX_EPT_VPID_CAP;
            case "IA32_VMX_TRUE_PINBASED_CTLS" -> Msr.IA32_VMX_TRUE_PINBASED_CTLS;
            case "IA32_VMX_TRUE_PROCBASED_CTLS" -> Msr.IA32_VMX_TRUE_PROCBASED_CTLS;
            case "IA32_VMX_TRUE_EXIT_CTLS" -> Msr.IA32_VMX_TRUE_EXIT_CTLS;
            case "IA32_VMX_TRUE_ENTRY_CTLS" -> Msr.IA32_VMX_TRUE_ENTRY_CTLS;
            case "IA32_VMX_VMFUNC" -> Msr.IA32_VMX_VMFUNC;
            case "IA32_VMX_PROCBASED_CTLS3" -> Msr.IA32_VMX_PROCBASED_CTLS3;
            case "IA32_VMX_EXIT_CTLS2" -> Msr.IA32_VMX_EXIT_CTLS2;
            default -> -1;
        };
    }

    /** Start of the next hexadecimal number that stands alone, with or without 0x; -1 if there is none. */
    private static int indexOfNumber(String line, int from) {
        int i = from;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (Character.isLetterOrDigit(c) || c == '_') {
                int end = endOfNumber(line, i);
                if (number(line.substring(i, end)) >= 0 || isHex(line.substring(i, end))) {
                    return i;
                }
                i = end;
            } else {
                i++;
            }
        }
        return -1;
    }

    private static int endOfNumber(String line, int start) {
        int end = start;
        while (end < line.length() && (Character.isLetterOrDigit(line.charAt(end)) || line.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private static boolean isHex(String word) {
        String digits = digits(word);
        return !digits.isEmpty() && digits.length() <= 16 && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)
                && (digits.length() != word.length() || Character.isDigit(digits.charAt(0)) || digits.length() >= 8);
    }

    private static String digits(String word) {
        String digits = word.startsWith("0x") || word.startsWith("0X") ? word.substring(2) : word;
        return digits.length() > 1 && (digits.endsWith("h") || digits.endsWith("H")) ? digits.substring(0, digits.length() - 1) : digits;
    }

    private static long number(String word) {
        return isHex(word) ? Long.parseUnsignedLong(digits(word), 16) : -1;
    }

    /** The number at a position, which AIDA64 writes as four groups with dashes. */
    private static long value(String line, int start) {
        int end = endOfNumber(line, start);
        if (end - start == 4 && line.length() >= start + 19 && line.charAt(end) == '-') {
            String joined = line.substring(start, start + 19).replace("-", "");
            if (joined.length() == 16 && joined.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                return Long.parseUnsignedLong(joined, 16);
            }
        }
        return number(line.substring(start, end));
    }

    /** {@code CPUID 00000004: 1C004121-01C0003F-0000003F-00000000 [SL 00]}; the first logical processor's leaves only. */
    private static void cpuid(List<CpuidLeaf> leaves, String line) {
        if (line.length() < 50 || line.charAt(14) != ':') {
            return;
        }
        try {
            int leaf = Integer.parseUnsignedInt(line.substring(6, 14), 16);
            String[] values = line.substring(16).split("[- ]", 5);
            int sub = line.indexOf("[SL ");
            int subleaf = sub >= 0 ? Integer.parseInt(line.substring(sub + 4, sub + 6), 16) : leaf == 7 || leaf == 0xD ? 0 : CpuidLeaf.ANY;
            for (CpuidLeaf known : leaves) {
                if (known.leaf() == leaf && known.subleaf() == subleaf) {
                    return;
                }
            }
            leaves.add(new CpuidLeaf(leaf, subleaf, Integer.parseUnsignedInt(values[0], 16), Integer.parseUnsignedInt(values[1], 16),
                    Integer.parseUnsignedInt(values[2], 16), Integer.parseUnsignedInt(values[3], 16)));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Not a line of leaf values; the rest of the text may still be usable.
            return;
        }
    }
}
