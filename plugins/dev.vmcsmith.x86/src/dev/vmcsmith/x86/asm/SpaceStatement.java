// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** {@code resb}, {@code align} and {@code times}: bytes whose number is an expression. */
final class SpaceStatement extends Statement {
    enum Kind { RESERVE, ALIGN, TIMES }

    private final Kind kind;
    private final Expr count;
    private final int unit;
    private final Expr fill;
    private final Statement repeated;

    SpaceStatement(int line, int column, int columns, Kind kind, Expr count, int unit, Expr fill, Statement repeated) {
        super(line, column, columns);
        this.kind = kind;
        this.count = count;
        this.unit = unit;
        this.fill = fill;
        this.repeated = repeated;
    }

    @Override
    boolean isCode() {
        return kind == Kind.TIMES && repeated.isCode();
    }

    @Override
    int layout(Pass pass) {
        long value = pass.evaluate(this, count, false);
        if (kind == Kind.ALIGN) {
            return value > 0 && Long.bitCount(value) == 1 && value <= Pass.MAX_BYTES ? (int) (-address & value - 1) : 0;
        }
        if (value <= 0 || value > Pass.MAX_BYTES) {
            return 0;
        }
        int each = unit;
        if (kind == Kind.TIMES) {
            repeated.address = address;
            repeated.size = repeated.layout(pass);
            each = repeated.size;
        }
        return value * each > Pass.MAX_BYTES ? 0 : (int) value * each;
    }

    @Override
    void emit(Pass pass, ByteSink out) {
        long value = pass.evaluate(this, count, true);
        if (pass.evaluator.unknown) {
            out.fill(0, size);
            return;
        }
        if (kind == Kind.ALIGN ? value <= 0 || Long.bitCount(value) != 1 || value > Pass.MAX_BYTES : value < 0) {
            pass.report(this, column, columns, kind == Kind.ALIGN ? "An alignment is a power of two, not " + value + "."
                : "A count cannot be negative, it is " + value + "; what comes before is too long, or the count is mistyped.");
        } else if (value > Pass.MAX_BYTES || value > 0 && size == 0 && kind != Kind.ALIGN && unit > 0) {
            pass.report(this, column, columns, "The output would be larger than 64 MiB; use a smaller count.");
        }
        if (kind == Kind.TIMES) {
            long start = address;
            for (int done = 0; done < size; done += Math.max(1, repeated.size)) {
                repeated.address = start + done;
                repeated.emit(pass, out);
            }
            return;
        }
        out.fill(fill == null ? kind == Kind.ALIGN ? 0x90 : 0 : (int) pass.evaluate(this, fill, true), size);
    }
}
