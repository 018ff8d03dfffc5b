// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Source lines of addresses, both ways. Made of sequences: runs of rows with rising addresses, each closed by an end row.
 * Of sequences that overlap, as linkers leave them of removed functions, the first is kept. Immutable.
 */
public final class LineTable {
    public static final LineTable EMPTY = new LineTable(List.of());

    private final List<LineRow> rows;
    private final long[] addresses;
    private final Set<String> files = new LinkedHashSet<>();

    /**
     * @param rows sequences one after the other, each with rising addresses and closed by a {@link LineRow#end}; sequences may come
     *             in any order, an open last one is closed one byte after its last row
     * @throws IllegalArgumentException when addresses fall inside a sequence
     */
    public LineTable(List<LineRow> rows) {
        this.rows = List.copyOf(sorted(rows));
        addresses = new long[this.rows.size()];
        for (int i = 0; i < addresses.length; i++) {
            LineRow row = this.rows.get(i);
            addresses[i] = row.address();
            if (!row.endSequence()) {
                files.add(row.file());
            }
        }
    }

    private static List<LineRow> sorted(List<LineRow> rows) {
        List<List<LineRow>> sequences = new ArrayList<>();
        List<LineRow> current = new ArrayList<>();
        for (LineRow row : rows) {
            if (!current.isEmpty() && Long.compareUnsigned(row.address(), current.getLast().address()) < 0) {
                throw new IllegalArgumentException("line rows go back from 0x" + Long.toHexString(current.getLast().address())
                        + " to 0x" + Long.toHexString(row.address()) + " inside a sequence");
            }
            current.add(row);
            if (row.endSequence()) {
                add(sequences, current);
                current = new ArrayList<>();
            }
        }
        if (!current.isEmpty()) {
            current.add(LineRow.end(current.getLast().address() + 1));
            add(sequences, current);
        }
        sequences.sort(Comparator.comparing(sequence -> sequence.getFirst().address(), Long::compareUnsigned));
        List<LineRow> result = new ArrayList<>(rows.size());
        for (List<LineRow> sequence : sequences) {
            if (result.isEmpty() || Long.compareUnsigned(result.getLast().address(), sequence.getFirst().address()) <= 0) {
                result.addAll(sequence);
            }
        }
        return result;
    }

    private static void add(List<List<LineRow>> sequences, List<LineRow> sequence) {
        if (sequence.getFirst().address() != sequence.getLast().address()) {
            sequences.add(sequence);
        }
    }

    /** All rows, sequences in the order of their addresses. */
    public List<LineRow> rows() {
        return rows;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Every source file with code, as named in the rows. */
    public Set<String> files() {
        return Set.copyOf(files);
    }

    /** The row whose code contains this address; empty outside all code and for code of line 0. */
    public Optional<LineRow> at(long address) {
        int index = lastAtOrBefore(address);
        if (index < 0 || rows.get(index).endSequence() || rows.get(index).line() == 0) {
            return Optional.empty();
        }
        return Optional.of(rows.get(index));
    }

    /** Whether a statement of some line begins exactly here: a place where a debugger stops after a step. */
    public boolean startsStatement(long address) {
        for (int i = lastAtOrBefore(address); i >= 0 && addresses[i] == address; i--) {
            if (rows.get(i).isStatement() && !rows.get(i).endSequence() && rows.get(i).line() != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where code of a line begins: one address for each run of its statements.
     *
     * @param file a name as in the rows, or any path that ends in it or that it ends in
     */
    public List<Long> addresses(String file, int line) {
        String wanted = file.replace('\\', '/');
        List<Long> found = new ArrayList<>();
        LineRow before = null;
        for (LineRow row : rows) {
            if (isOf(row, line, wanted) && !(before != null && isOf(before, line, wanted))) {
                found.add(row.address());
            }
            before = row;
        }
        return found;
    }

    private static boolean isOf(LineRow row, int line, String wanted) {
        return row.line() == line && row.isStatement() && !row.endSequence() && sameFile(row.file(), wanted);
    }

    /** The first line from {@code line} on that has a statement, for a breakpoint set on a comment; 0 when there is none. */
    public int lineWithCode(String file, int line) {
        String wanted = file.replace('\\', '/');
        int best = Integer.MAX_VALUE;
        for (LineRow row : rows) {
            if (row.line() >= line && row.line() < best && row.isStatement() && !row.endSequence() && sameFile(row.file(), wanted)) {
                best = row.line();
            }
        }
        return best == Integer.MAX_VALUE ? 0 : best;
    }

    private static boolean sameFile(String of, String wanted) {
        return of.equals(wanted) || endsInPath(of, wanted) || endsInPath(wanted, of);
    }

    private static boolean endsInPath(String path, String tail) {
        int start = path.length() - tail.length();
        return start > 0 && !tail.isEmpty() && path.charAt(start - 1) == '/' && path.endsWith(tail);
    }

    private int lastAtOrBefore(long address) {
        int low = 0;
        int high = addresses.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LineTable table && rows.equals(table.rows);
    }

    @Override
    public int hashCode() {
        return rows.hashCode();
    }
}
