// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/**
 * One row of a line table: from this address on, until the next row, the code belongs to a source line.
 *
 * @param file        absolute path, or the name as the compiler was given it when no directory is known
 * @param line        from 1; 0 for code that belongs to no line
 * @param column      from 1; 0 for the whole line
 * @param isStatement a good place for a breakpoint
 * @param endSequence first address after a run of code: belongs to no line itself
 */
public record LineRow(long address, String file, int line, int column, boolean isStatement, boolean endSequence) {
    public static LineRow statement(long address, String file, int line) {
        return new LineRow(address, file, line, 0, true, false);
    }

    public static LineRow end(long address) {
        return new LineRow(address, "", 0, 0, false, true);
    }
}
