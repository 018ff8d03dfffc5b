// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** What statements share during layout and emission. */
final class Pass {
    /** Limit for the whole output, so that a mistyped count cannot fill the memory. */
    static final long MAX_BYTES = 64L << 20;

    final Evaluator evaluator;
    final FormMatcher matcher = new FormMatcher();
    private final Problems problems;

    Pass(Evaluator evaluator, Problems problems) {
        this.evaluator = evaluator;
        this.problems = problems;
    }

    void report(Statement statement, int column, int length, String message) {
        problems.add(statement, column, length, message, false);
    }

    /** Reports what the evaluator could not evaluate since its start, at the name if it is on the statement's line. */
    void reportUnknown(Statement statement, int column, int length) {
        if (evaluator.culprit instanceof Expr.Name name) {
            problems.add(statement, name.column(), name.length(), evaluator.reason, evaluator.undefined);
        } else if (evaluator.culprit instanceof Expr.RegisterUse use) {
            report(statement, use.column(), use.length(), evaluator.reason);
        } else {
            report(statement, column, length, evaluator.reason);
        }
    }

    /** Evaluates a count or address of a directive in the final pass's terms; 0 when unknown. */
    long evaluate(Statement statement, Expr expr, boolean report) {
        evaluator.start(statement.address);
        long value = evaluator.value(expr);
        if (report && evaluator.unknown) {
            reportUnknown(statement, statement.column, statement.columns);
        }
        return evaluator.unknown ? 0 : value;
    }
}
