// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The text format of CPU profiles, one statement per line, {@code #} starts a comment:
 * <pre>
 * vmcsmith-cpu 1
 * name    skylake
 * title   Intel Core i7-6700K (Skylake-S)
 * source  where the values come from
 * msr     480 00DA040000000004   IA32_VMX_BASIC
 * msr     491 undocumented
 * cpuid   00000001 -  000506E3 00100800 7FFAFBBF BFEBFBFF     leaf, sub-leaf or -, EAX EBX ECX EDX
 * </pre>
 * All numbers are hexadecimal.
 */
final class CpuProfileText {
    private static final String HEADER = "vmcsmith-cpu";

    private CpuProfileText() {
    }

    static boolean isOwnFormat(String text) {
        for (String line : (Iterable<String>) text.lines()::iterator) {
            String bare = line.strip();
            if (!bare.isEmpty() && bare.charAt(0) != '#') {
                return bare.startsWith(HEADER);
            }
        }
        return false;
    }

    static CpuProfile parse(String defaultName, String text) {
        String name = defaultName;
        String title = defaultName;
        List<String> sources = new ArrayList<>();
        Map<Integer, Long> msrs = new HashMap<>();
        Set<Integer> undocumented = new HashSet<>();
        List<CpuidLeaf> leaves = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            String bare = line.strip();
            if (bare.isEmpty() || bare.charAt(0) == '#') {
                continue;
            }
            StringTokenizer words = new StringTokenizer(bare);
            String key = words.nextToken();
            String rest = bare.substring(key.length()).strip();
            try {
                switch (key) {
                    case HEADER -> {
                        if (!rest.equals("1")) {
                            throw new IllegalArgumentException("only version 1 of the format is known");
                        }
                    }
                    case "name" -> name = rest;
                    case "title" -> title = rest;
                    case "source" -> sources.add(rest);
                    case "msr" -> {
                        int msr = hex(words);
                        String value = words.nextToken();
                        if (value.equals("undocumented")) {
                            undocumented.add(msr);
                        } else {
                            msrs.put(msr, Long.parseUnsignedLong(value, 16));
                        }
                    }
                    case "cpuid" -> {
                        int leaf = hex(words);
                        String subleaf = words.nextToken();
                        leaves.add(new CpuidLeaf(leaf, subleaf.equals("-") ? CpuidLeaf.ANY : Integer.parseUnsignedInt(subleaf, 16),
                                hex(words), hex(words), hex(words), hex(words)));
                    }
                    default -> throw new IllegalArgumentException("'" + key
                            + "' is not one of name, title, source, msr, cpuid");
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("line " + number + ": not a hexadecimal number in '" + bare + "'", e);
            } catch (java.util.NoSuchElementException e) {
                throw new IllegalArgumentException("line " + number + ": something is missing at the end of '" + bare + "'", e);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return new CpuProfile(name, title, sources, msrs, undocumented, new CpuidTable(leaves));
    }

    private static int hex(StringTokenizer words) {
        return Integer.parseUnsignedInt(words.nextToken(), 16);
    }
}
