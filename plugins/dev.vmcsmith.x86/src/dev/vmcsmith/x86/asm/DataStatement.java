// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.List;

/** {@code db}, {@code dw}, {@code dd}, {@code dq}: numbers and texts. */
final class DataStatement extends Statement {
    /** A number, or a text (value null). */
    record Item(Expr value, byte[] text, int column, int length) {
    }

    private final int unit;
    private final List<Item> items;

    DataStatement(int line, int column, int columns, int unit, List<Item> items) {
        super(line, column, columns);
        this.unit = unit;
        this.items = items;
    }

    @Override
    int layout(Pass pass) {
        int total = 0;
        for (Item item : items) {
            total += item.value() != null ? unit : padded(item);
        }
        return total;
    }

    private int padded(Item item) {
        return (item.text().length + unit - 1) / unit * unit;
    }

    @Override
    void emit(Pass pass, ByteSink out) {
        for (Item item : items) {
            if (item.value() == null) {
                out.put(item.text());
                out.fill(0, padded(item) - item.text().length);
                continue;
            }
            pass.evaluator.start(address);
            long value = pass.evaluator.value(item.value());
            if (pass.evaluator.unknown) {
                pass.reportUnknown(this, item.column(), item.length());
            } else if (!FormMatcher.fits(value, unit * 8)) {
                pass.report(this, item.column(), item.length(), "The value 0x" + Long.toHexString(value) + " does not fit in " + unit * 8
                    + " bits; use a wider directive or a smaller value.");
            }
            out.put(value, unit);
        }
    }
}
