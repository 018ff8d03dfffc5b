// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.Locale;

/** One EPT as C that fills its tables, as a binary of its tables, and as a map that says what lies where. */
final class EptSource {
    private static final int ENTRIES = 512;

    private final EptPlan ept;
    private final EptImage image;

    EptSource(EptPlan ept, EptImage image) {
        this.ept = ept;
        this.image = image;
    }

    /** Two functions: one that fills the tables, one that makes the EPT pointer. */
    String code() {
        String id = VmcsSource.identifier(ept.name());
        StringBuilder out = new StringBuilder();
        out.append("/* EPT ").append(ept.name()).append(": ").append(image.tables()).append(" tables of 4 KiB, one after the other.\n");
        for (EptPlan.Range range : ept.ranges()) {
            out.append(" *   ").append(describe(range)).append('\n');
        }
        out.append(" */\n#define EPT_").append(id.toUpperCase(Locale.ROOT)).append("_TABLES ").append(image.tables()).append("\n\n");
        out.append("void build_ept_").append(id).append("(vmx_u64 *table, vmx_u64 physical)\n{\n    unsigned int i;\n\n");
        out.append("    for (i = 0; i < ").append(image.tables()).append(" * 512; i++)\n        table[i] = 0;\n");
        for (int table = 0; table < image.tables(); table++) {
            table(table, out);
        }
        out.append("}\n\n/* The EPT pointer: %s, page-walk length %d%s (SDM \"Extended-Page-Table Pointer (EPTP)\"). */\n".formatted(
                EptEntry.memoryTypeName(ept.memoryType()), ept.walk(), ept.accessedDirty() ? ", accessed and dirty flags" : ""));
        out.append("vmx_u64 ept_pointer_").append(id).append("(vmx_u64 physical)\n{\n    return physical | 0x%XULL;\n}\n\n".formatted(
                Eptp.encode(0, ept.memoryType(), ept.walk(), ept.accessedDirty())));
        return out.toString();
    }

    private void table(int table, StringBuilder out) {
        out.append("    /* table ").append(table).append(", level ").append(image.level(table)).append(" */\n");
        int i = 0;
        while (i < ENTRIES) {
            long entry = image.entry(table, i);
            int end = i + 1;
            if (image.link(table, i)) {
                out.append("    table[%d] = (physical + 0x%XULL) | 0x%XULL;\n".formatted(table * ENTRIES + i, entry & EptEntry.ADDRESS,
                        entry & ~EptEntry.ADDRESS));
            } else if (entry != 0) {
                long step = EptEntry.pageSize(image.level(table));
                while (end < ENTRIES && !image.link(table, end) && image.entry(table, end) == entry + (end - i) * step) {
                    end++;
                }
                out.append(end - i == 1 ? "    table[%d] = 0x%XULL;\n".formatted(table * ENTRIES + i, entry)
                        : "    for (i = 0; i < %d; i++)\n        table[%d + i] = 0x%XULL + (vmx_u64)i * 0x%XULL;\n".formatted(end - i,
                                table * ENTRIES + i, entry, step));
            }
            i = end;
        }
    }

    /** What the binary holds: a line per table, then a line per range that is mapped. */
    String map() {
        StringBuilder out = new StringBuilder("# EPT %s: tables for physical address 0x%X, EPT pointer 0x%X\n# offset  level\n".formatted(ept.name(),
                image.address(), image.pointer()));
        for (int table = 0; table < image.tables(); table++) {
            out.append("0x%06X  %d\n".formatted(table * 4096, image.level(table)));
        }
        out.append("# guest-physical -> host-physical, rights, memory type\n");
        ept.ranges().forEach(range -> out.append(describe(range)).append('\n'));
        return out.toString();
    }

    private static String describe(EptPlan.Range range) {
        String from = "0x%X .. 0x%X -> ".formatted(range.from(), range.to());
        if (!range.mapped()) {
            return from + "none";
        }
        long rights = range.rights();
        return from + "0x%X %s%s%s%s %s".formatted(range.target(), (rights & EptEntry.READ) != 0 ? "r" : "-",
                (rights & EptEntry.WRITE) != 0 ? "w" : "-", (rights & EptEntry.EXECUTE) != 0 ? "x" : "-",
                (rights & EptEntry.USER_EXECUTE) != 0 ? "u" : "", EptEntry.memoryTypeName(range.memoryType()));
    }
}
