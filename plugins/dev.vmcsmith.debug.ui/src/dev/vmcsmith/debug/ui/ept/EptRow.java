// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.ept;

import dev.vmcsmith.dap.protocol.EptDifferences;
import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.HexLong;

/**
 * One stretch of guest-physical addresses.
 *
 * @param start first address
 * @param size bytes
 * @param before its mapping in the EPT that is compared with; null when nothing is compared or nothing is mapped there
 * @param now its mapping; null when nothing is mapped
 * @param compared whether the row shows a difference
 */
record EptRow(long start, long size, EptMap.Range before, EptMap.Range now, boolean compared) {

    private static final String NOT_MAPPED = "not mapped";

    static EptRow of(EptMap.Range range) {
        return new EptRow(range.start(), range.size(), null, range, false);
    }

    static EptRow of(EptDifferences.Change change) {
        return new EptRow(change.start(), change.size(), change.before(), change.after(), true);
    }

    String range() {
        return HexLong.format(start) + " .. " + HexLong.format(start + size - 1);
    }

    String bytes() {
        return bytes(size);
    }

    /** A size in the largest unit that needs no fraction. */
    static String bytes(long bytes) {
        String[] units = { "bytes", "KiB", "MiB", "GiB", "TiB" };
        int unit = 0;
        long count = bytes;
        while (unit < units.length - 1 && count != 0 && (count & 1023) == 0) {
            count >>>= 10;
            unit++;
        }
        return count + " " + units[unit];
    }

    String physical() {
        return either(before == null ? NOT_MAPPED : HexLong.format(before.physical()), now == null ? NOT_MAPPED
                : HexLong.format(now.physical()) + (now.physical() == start ? " (identity)" : ""));
    }

    String rights() {
        return either(before == null ? "---" : before.rights(), now == null ? "---" : now.rights());
    }

    String memoryType() {
        return either(before == null ? "" : before.memoryType(), now == null ? "" : now.memoryType());
    }

    String pageSize() {
        return either(before == null ? "" : bytes(before.pageSize()), now == null ? "" : bytes(now.pageSize()));
    }

    String kind() {
        if (!compared) {
            return "";
        }
        return before == null ? "added" : now == null ? "removed" : "changed";
    }

    private String either(String was, String is) {
        return !compared || was.equals(is) ? is : was.isEmpty() ? is : is.isEmpty() ? was : was + " \u2192 " + is;
    }

    /** Columns parted by tabs. */
    String line() {
        return String.join("\t", range(), bytes(), physical(), rights(), memoryType(), pageSize(), kind()).stripTrailing();
    }
}
