// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.lang.ParsedSetup;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.ept.EptEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EptTablesTest {
    private static final long BASE = 0x10_0000;

    private static EptPlan plan(String lines) {
        return ParsedSetup.plan("ept E {\n" + lines.replace(';', '\n') + "\n}").epts().getFirst();
    }

    private static EptTables tables(EptPlan plan) {
        return new EptTables(plan, CpuProfiles.named("skylake").capabilities());
    }

    /** What the processor finds: the leaf and its level, or nothing. */
    private static String walk(EptTables tables, long address) {
        return walk(tables, address, (entry, level) -> "0x%X %s %s %dK".formatted(EptEntry.address(entry, level), EptEntry.rights(entry,
                false),
                EptEntry.memoryTypeName(EptEntry.memoryType(entry)), EptEntry.pageSize(level) / 1024));
    }

    private static String walk(EptTables tables, long address, BiFunction<Long, Integer, String> leaf) {
        ByteBuffer memory = ByteBuffer.wrap(tables.bytes(BASE)).order(ByteOrder.LITTLE_ENDIAN);
        long table = BASE;
        for (int level = 4; level > 0; level--) {
            long entry = memory.getLong((int) (table - BASE) + EptEntry.index(address, level) * 8);
            if (!EptEntry.present(entry, false)) {
                return "none";
            }
            if (EptEntry.isLeaf(entry, level)) {
                return leaf.apply(entry, level);
            }
            table = EptEntry.address(entry, level);
        }
        throw new AssertionError("no leaf at level 1");
    }

    @Test
    void optionsAreBitsOfTheEntry() {
        EptTables tables = tables(plan("map 0 .. 2 MiB -> identity r-- ignore-pat suppress-ve paging-write verify-guest-paging sub-page pages 4 KiB"));
        assertEquals("r-- WB (ignore PAT) 4-KByte page 0x1000, verify guest paging, paging-write access, sub-page write permissions, suppress #VE",
                walk(tables, 0x1000, (entry, level) -> EptEntry.describe(entry, level, false)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "map 0 .. 16 MiB -> identity rwx WB                                         | 0x0      | 0x0 rwx WB 2048K",
        "map 0 .. 16 MiB -> identity rwx WB                                         | 0xFFF000 | 0xE00000 rwx WB 2048K",
        "map 0 .. 16 MiB -> identity rwx WB                                         | 0x1000000| none",
        "map 0 .. 4 GiB -> identity                                                 | 0x40000000 | 0x40000000 rwx WB 1048576K",
        "map 0 .. 16 MiB -> identity; map 0x5000 size 4 KiB -> none                 | 0x5000   | none",
        "map 0 .. 16 MiB -> identity; map 0x5000 size 4 KiB -> none                 | 0x4000   | 0x4000 rwx WB 4K",
        "map 0 .. 16 MiB -> identity; map 0x5000 size 4 KiB -> none                 | 0x200000 | 0x200000 rwx WB 2048K",
        "map 0 .. 2 MiB -> identity; map 2 MiB .. 4 MiB -> identity                 | 0x200000 | 0x200000 rwx WB 2048K",
        "map 0 .. 1 MiB -> identity; map 1 MiB .. 2 MiB -> identity                 | 0x100000 | 0x0 rwx WB 2048K",
        "map 0 .. 2 MiB -> 0x1000 r-x UC                                            | 0x1000   | 0x2000 r-x UC 4K",
        "map 0xFEE0_0000 size 4 KiB -> identity rw- UC                              | 0xFEE00000 | 0xFEE00000 rw- UC 4K",
        "map 0 .. 2 MiB -> identity rwx; map 0 .. 2 MiB -> identity r--             | 0x0      | 0x0 r-- WB 2048K",
    })
    void aWalkFindsWhatTheLinesSay(String lines, String address, String expected) {
        assertEquals(expected, walk(tables(plan(lines)), Long.decode(address)));
    }

    @Test
    void neighboursBecomeLargePages() {
        assertEquals(3 * 4096, tables(plan("map 0 .. 1 MiB -> identity; map 1 MiB .. 16 MiB -> identity")).size());
    }

    @Test
    void everyAddressOfManyRangesAgreesWithThePlan() {
        EptPlan plan = plan("map 0 .. 8 MiB -> 32 MiB; map 0x3000 .. 0x9000 -> identity r--;"
                + "map 6 MiB .. 7 MiB -> none; map 7 MiB .. 9 MiB -> 7 MiB");
        EptTables tables = tables(plan);
        for (long address = 0; address < 10 << 20; address += 0x1000) {
            String found = walk(tables, address);
            long expected = plan.translate(address);
            assertEquals(expected == -1, found.equals("none"), Long.toHexString(address));
            if (expected != -1) {
                long page = Long.decode(found.substring(0, found.indexOf(' ')));
                long size = Long.parseLong(found.substring(found.lastIndexOf(' ') + 1, found.length() - 1)) * 1024;
                assertEquals(expected, page + (address & size - 1), Long.toHexString(address));
            }
        }
    }
}
