// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads capability MSRs from text that other tools print: {@code rdmsr} with the register's number or name on the line,
 * the MSR and CPUID lines of an AIDA64 dump, {@code HM: MSR_IA32_VMX_… = 0x…} of a VirtualBox log, and the decoded listing
 * of the kernel's {@code vmxcap} script. Other lines are skipped. Of several logical processors the first one counts.
 */
final class CapabilityTextImport {
    /** CPUID leaves that look at ECX, for listings that do not say so. */
    private static final Set<Integer> SUBLEAF_LEAVES = Set.of(7, 0xD, 0x1B, 0x20);
    private static final Map<String, Integer> NAMES = new HashMap<>();

    static {
        for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_EXIT_CTLS2; msr++) {
            NAMES.put(Msr.name(msr), msr);
        }
        NAMES.put("IA32_FEATURE_CONTROL", Msr.IA32_FEATURE_CONTROL);
        NAMES.put("IA32_FEAT_CTL", Msr.IA32_FEATURE_CONTROL);
        NAMES.put("A32_VMX_VMFUNC", Msr.IA32_VMX_VMFUNC);
        // VirtualBox before 4.3
        NAMES.put("IA32_VMX_BASIC_INFO", Msr.IA32_VMX_BASIC);
        NAMES.put("IA32_VMX_EPT_CAPS", Msr.IA32_VMX_EPT_VPID_CAP);
    }

    private final Map<Integer, Long> msrs = new HashMap<>();
    private final List<CpuidLeaf> leaves = new ArrayList<>();
    private String title;
    /** The register of an {@code rdmsr} command whose value stands on the next line; -1 if there is none. */
    private int asked = -1;

    private CapabilityTextImport(String name) {
        title = name;
    }

    static CpuProfile parse(String name, String text) {
        CapabilityTextImport reader = new CapabilityTextImport(name);
        text.lines().forEach(reader::line);
        String source = "imported text";
        if (VmxcapListing.recognises(text)) {
            new VmxcapListing().read(text).forEach(reader.msrs::putIfAbsent);
            source = "imported text: a decoded listing, so reserved bits are the SDM's default settings and controls it does not list "
                    + "count as not "
                    + "allowed";
        }
        if (reader.msrs.keySet().stream().noneMatch(msr -> msr >= Msr.IA32_VMX_BASIC && msr <= Msr.IA32_VMX_EXIT_CTLS2)) {
            throw new IllegalArgumentException("no VMX capability MSR (480H to 493H) is in the text; "
                    + "expected lines such as 'rdmsr 0x480: da040000000004', 'IA32_VMX_BASIC = 0x…' or 'MSR 00000480: "
                            + "00DA-0400-0000-0004'");
        }
        return new CpuProfile(name, reader.title, List.of(source), reader.msrs, Set.of(), new CpuidTable(reader.leaves));
    }

    private void line(String line) {
        if (line.startsWith("CPUID CPU Name") && line.indexOf(':') > 0) {
            title = line.substring(line.indexOf(':') + 1).strip();
        } else if (line.startsWith("CPUID ") && line.length() > 50 && line.charAt(14) == ':') {
            cpuid(line);
        } else if (line.startsWith("MSR ") && line.length() >= 33 && line.charAt(12) == ':') {
            put(hex(line.substring(4, 12)), line.substring(14, 33).replace("-", ""));
        } else if (asked >= 0 && line.strip().indexOf(' ') < 0 && put(asked, digits(line.strip()))) {
            asked = -1;
        } else {
            words(line);
        }
    }

    /** A register's name or number, then its value. */
    private void words(String line) {
        asked = -1;
        int from = 0;
        int msr = -1;
        boolean command = line.contains("rdmsr ");
        boolean first = true;
        while (from < line.length()) {
            int start = from;
            while (start < line.length() && !isWord(line.charAt(start))) {
                start++;
            }
            int end = start;
            while (end < line.length() && isWord(line.charAt(end))) {
                end++;
            }
            if (end == start) {
                break;
            }
            String word = line.substring(start, end);
            if (msr < 0) {
                msr = register(word, first || command);
            } else if (hex(word) != msr && put(msr, digits(word))) {
                return;
            }
            first = false;
            from = end;
        }
        asked = command ? msr : -1;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    /** The MSR that a word names or numbers; -1 if it does neither. */
    private static int register(String word, boolean bareNumber) {
        Integer named = NAMES.get(word.startsWith("MSR_") ? word.substring(4) : word);
        if (named != null) {
            return named;
        }
        boolean number = bareNumber || word.startsWith("0x") || word.endsWith("h");
        long value = number ? hex(word) : -1;
        return NAMES.containsValue((int) value) && value == (int) value ? (int) value : -1;
    }

    private boolean put(long msr, String digits) {
        if (digits.isEmpty() || digits.length() > 16 || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            return false;
        }
        if (NAMES.containsValue((int) msr)) {
            msrs.putIfAbsent((int) msr, Long.parseUnsignedLong(digits, 16));
        }
        return true;
    }

    private static String digits(String word) {
        String digits = word.startsWith("0x") || word.startsWith("0X") ? word.substring(2) : word;
        return digits.endsWith("h") ? digits.substring(0, digits.length() - 1) : digits;
    }

    /** A hexadecimal number of at most 15 digits; -1 for anything else. */
    private static long hex(String word) {
        String digits = digits(word);
        boolean number = !digits.isEmpty() && digits.length() <= 15 && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return number ? Long.parseLong(digits, 16) : -1;
    }

    /** {@code CPUID 00000004: 1C004121-01C0003F-0000003F-00000000 [SL 00]}. */
    private void cpuid(String line) {
        String[] values = line.substring(16).split("[- ]", 5);
        long leaf = hex(line.substring(6, 14));
        if (leaf < 0 || values.length < 4) {
            return;
        }
        int sub = line.indexOf("[SL ");
        int subleaf = sub >= 0 && line.length() >= sub + 6 ? (int) hex(line.substring(sub + 4, sub + 6))
                : SUBLEAF_LEAVES.contains((int) leaf) ? 0 : CpuidLeaf.ANY;
        boolean known = leaves.stream().anyMatch(other -> other.leaf() == (int) leaf && other.subleaf() == subleaf);
        if (!known && hex(values[0]) >= 0 && hex(values[1]) >= 0 && hex(values[2]) >= 0 && hex(values[3]) >= 0) {
            leaves.add(new CpuidLeaf((int) leaf, subleaf, (int) hex(values[0]), (int) hex(values[1]), (int) hex(values[2]),
                    (int) hex(values[3])));
        }
    }
}
