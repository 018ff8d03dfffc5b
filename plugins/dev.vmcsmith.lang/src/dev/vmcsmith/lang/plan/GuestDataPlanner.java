// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.DataItem;
import dev.vmcsmith.lang.hv.DataLabel;
import dev.vmcsmith.lang.hv.DataNumber;
import dev.vmcsmith.lang.hv.DataRow;
import dev.vmcsmith.lang.hv.DataText;
import dev.vmcsmith.lang.hv.DataValue;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.HvPackage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Fills a {@code guest data} block. Where its labels lie depends on sizes alone, so values may name labels of any block. */
public final class GuestDataPlanner {
    /** What a row of data can hold: numbers of one width, space, or descriptors (SDM "Segment Descriptors", "IDT Descriptors"). */
    public static final List<String> KINDS = List.of("bytes", "words", "dwords", "qwords", "zeros", "align", "segment", "tss", "tss64",
            "gate",
            "gate64");

    private static final long LARGEST = 16L << 20;

    private final Planning planning;
    private final GuestData data;
    private final long address;
    private final Map<DataLabel, Long> labels = new IdentityHashMap<>();
    private int size;

    /** @param address guest-physical */
    GuestDataPlanner(Planning planning, GuestData data, long address) {
        this.planning = planning;
        this.data = data;
        this.address = address;
        for (DataItem item : data.getItems()) {
            if (item instanceof DataLabel label) {
                labels.put(label, address + size);
            } else if (item instanceof DataRow row) {
                size += (int) size(row);
            }
        }
    }

    int size() {
        return size;
    }

    /** Where a label of the block lies. */
    long address(DataLabel label) {
        return labels.getOrDefault(label, address);
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        for (DataItem item : data.getItems()) {
            if (item instanceof DataRow row) {
                write(row, out);
            }
        }
        return out.toByteArray();
    }

    private static int width(String kind) {
        return switch (kind) {
            case "bytes" -> 1;
            case "words" -> 2;
            case "dwords" -> 4;
            case "qwords" -> 8;
            case null, default -> 0;
        };
    }

    private long size(DataRow row) {
        long width = width(row.getKind());
        if (width > 0) {
            return row.getValues().stream().mapToLong(value -> value instanceof DataText text ? text(text).length : width).sum();
        }
        return switch (row.getKind()) {
            case "zeros" -> count(row);
            case "align" -> -(address + size) & Math.max(1, Long.highestOneBit(count(row))) - 1;
            case "segment", "tss", "gate" -> 8;
            case "tss64", "gate64" -> 16;
            case null, default -> 0;
        };
    }

    private long count(DataRow row) {
        OptionalLong count = number(row, 0);
        return count.isPresent() && count.getAsLong() >= 0 && count.getAsLong() <= LARGEST ? count.getAsLong() : 0;
    }

    private OptionalLong number(DataRow row, int index) {
        return index < row.getValues().size() && row.getValues().get(index) instanceof DataNumber number
                ? planning.constant(number.getNumber()) : OptionalLong.empty();
    }

    private static byte[] text(DataText text) {
        return text.getText() == null ? new byte[0] : text.getText().getBytes(StandardCharsets.UTF_8);
    }

    // ---- bytes ---------------------------------------------------------------------------------------------------------------------

    private void write(DataRow row, ByteArrayOutputStream out) {
        int width = width(row.getKind());
        if (width > 0) {
            for (DataValue value : row.getValues()) {
                if (value instanceof DataText text) {
                    out.writeBytes(text(text));
                } else if (value instanceof DataNumber number) {
                    write(check(number, width), width, out);
                }
            }
            return;
        }
        switch (row.getKind()) {
            case "zeros" -> space(row, count(row), out);
            case "align" -> {
                OptionalLong unit = number(row, 0);
                if (unit.isPresent() && Long.bitCount(unit.getAsLong()) != 1) {
                    wrong(row, "data is aligned to a power of two");
                }
                space(row, -(address + out.size()) & Math.max(1, Long.highestOneBit(count(row))) - 1, out);
            }
            case "segment", "tss", "tss64" -> descriptor(row, out);
            case "gate", "gate64" -> gate(row, out);
            case null -> {
            }
            default -> planning.error(IssueCodes.UNKNOWN_NAME, Suggestions.unknown("kind of data", row.getKind(), KINDS) + " (known: "
                    + String.join(", ", KINDS) + ")", row, HvPackage.Literals.DATA_ROW__KIND);
        }
    }

    private long check(DataNumber number, int width) {
        Value value = planning.value(number.getNumber());
        long low = width == 8 ? value.number() : value.number() & (1L << width * 8) - 1;
        boolean negative = width < 8 && value.number() >> width * 8 - 1 == -1;
        if (value.known() && low != value.number() && !negative) {
            planning.error(IssueCodes.VALUE_TOO_WIDE, "0x%X does not fit in %d bits".formatted(value.number(), width * 8), number, null);
        }
        return low;
    }

    private void space(DataRow row, long bytes, ByteArrayOutputStream out) {
        OptionalLong count = number(row, 0);
        if (row.getValues().size() != 1 || count.isPresent() && (count.getAsLong() < 0 || count.getAsLong() > LARGEST)) {
            wrong(row, row.getKind() + " takes one number of at most 16 MiB");
        }
        out.writeBytes(new byte[(int) bytes]);
    }

    private void wrong(DataRow row, String message) {
        planning.error(IssueCodes.BAD_VALUE, message, row, null);
    }

    /** Base, limit in bytes or, with granularity, in pages, and access rights as in the VMCS. */
    private void descriptor(DataRow row, ByteArrayOutputStream out) {
        if (row.getValues().size() != 3) {
            wrong(row, row.getKind() + " takes a base, a limit and access rights, as the VMCS holds them: segment 0, 0xFFFFFFFF, 0xC09B");
        }
        long base = number(row, 0).orElse(0);
        long limit = number(row, 1).orElse(0);
        long rights = number(row, 2).orElse(0);
        long stored = (rights & 0x8000) != 0 ? limit >>> 12 : limit;
        if (stored > 0xF_FFFF || (rights & ~0xF0FF) != 0) {
            wrong(row, "a limit has 20 bits, in pages with granularity (access rights bit 15); access rights have bits 7:0 and 15:12");
        }
        write(stored & 0xFFFF | (base & 0xFF_FFFF) << 16 | (rights & 0xFF) << 40 | (stored >>> 16 & 15) << 48 | (rights >>> 12 & 15) << 52
                | (base >>> 24 & 0xFF) << 56, 8, out);
        if (row.getKind().equals("tss64")) {
            write(base >>> 32, 8, out);
        }
    }

    /** Selector, offset, and the byte of present, DPL and type. */
    private void gate(DataRow row, ByteArrayOutputStream out) {
        if (row.getValues().size() != 3) {
            wrong(row, row.getKind() + " takes a selector, an offset and the type byte: gate 8, Handler, 0x8E");
        }
        long selector = number(row, 0).orElse(0);
        long offset = number(row, 1).orElse(0);
        long type = number(row, 2).orElse(0);
        write(offset & 0xFFFF | (selector & 0xFFFF) << 16 | (type & 0xFF) << 40 | (offset >>> 16 & 0xFFFF) << 48, 8, out);
        if (row.getKind().equals("gate64")) {
            write(offset >>> 32, 8, out);
        }
    }

    private static void write(long value, int width, ByteArrayOutputStream out) {
        for (int i = 0; i < width; i++) {
            out.write((int) (value >>> i * 8));
        }
    }
}
