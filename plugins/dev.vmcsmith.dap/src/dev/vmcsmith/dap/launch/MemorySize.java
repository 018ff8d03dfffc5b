// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import java.util.Locale;

/** Sizes of memory as people write them. */
public final class MemorySize {
    private static final int LARGEST_SHIFT = 44;
    private static final int MOST_DIGITS = 15;

    private MemorySize() {
    }

    /**
     * Bytes of {@code 64} (MiB), {@code 64 MiB}, {@code 64M}, {@code 2 GiB}, {@code 512 KiB}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static long parse(String text) {
        String compact = text.strip().toLowerCase(Locale.ROOT).replace("_", "").replace(" ", "");
        int digits = 0;
        while (digits < compact.length() && compact.charAt(digits) >= '0' && compact.charAt(digits) <= '9') {
            digits++;
        }
        int shift = switch (compact.substring(digits)) {
            case "", "m", "mb", "mib" -> 20;
            case "k", "kb", "kib" -> 10;
            case "g", "gb", "gib" -> 30;
            case "t", "tb", "tib" -> 40;
            default -> -1;
        };
        if (shift < 0 || digits == 0 || digits > MOST_DIGITS) {
            throw new IllegalArgumentException("\"" + text + "\" is not a size of memory: write it like 64, 64 MiB or 2 GiB");
        }
        long count = Long.parseLong(compact.substring(0, digits));
        if (count == 0) {
            throw new IllegalArgumentException("a machine with no memory cannot run: give it at least 1 MiB");
        }
        if (count > 1L << LARGEST_SHIFT - shift) {
            throw new IllegalArgumentException("\"" + text + "\" is more memory than the machine can have: at most 16 TiB");
        }
        return count << shift;
    }

    /** A size in the largest unit that needs no fraction, such as {@code 64 MiB}. */
    public static String format(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long count = bytes;
        while (unit < units.length - 1 && count != 0 && (count & 1023) == 0) {
            count >>= 10;
            unit++;
        }
        return count + " " + units[unit];
    }
}
