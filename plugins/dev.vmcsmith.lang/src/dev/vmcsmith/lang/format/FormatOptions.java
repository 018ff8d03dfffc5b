// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

/**
 * How a setup is laid out.
 *
 * @param indent        columns of one step, 1 to 16
 * @param tabs          whether a step is a tab, shown {@code indent} columns wide
 * @param align         whether neighbouring lines of a kind, and the comments behind them, begin their second part in one column
 * @param commentColumn where comments behind a line begin, from 0, when they are aligned and the line leaves room
 * @param width         columns of the longest line; one that cannot be broken may be longer
 */
public record FormatOptions(int indent, boolean tabs, boolean align, int commentColumn, int width) {
    public static final FormatOptions DEFAULT = new FormatOptions(4, false, true, 37, 140);

    public FormatOptions {
        indent = Math.clamp(indent, 1, 16);
        commentColumn = Math.clamp(commentColumn, 0, 200);
        width = Math.clamp(width, 40, 1000);
    }

    String indentation(int steps) {
        return (tabs ? "\t" : " ".repeat(indent)).repeat(steps);
    }
}
