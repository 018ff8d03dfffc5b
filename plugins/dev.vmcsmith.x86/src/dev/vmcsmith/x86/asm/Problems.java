// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects problems; one per place. */
final class Problems {
    private final List<AssemblyProblem> list = new ArrayList<>();
    private final Set<Long> places = new HashSet<>();

    void add(Statement statement, int column, int length, String message, boolean undefined) {
        add(statement.line, column, length, message, undefined, statement.file, statement.fileLine);
    }

    void add(int line, int column, int length, String message, String file, int fileLine) {
        add(line, column, length, message, false, file, fileLine);
    }

    private void add(int line, int column, int length, String message, boolean undefined, String file, int fileLine) {
        if (!places.add((long) line << 32 | column)) {
            return;
        }
        list.add(new AssemblyProblem(line, column + 1, Math.max(1, length), message, undefined, file, fileLine == 0 ? line : fileLine));
    }

    List<AssemblyProblem> sorted() {
        if (list.isEmpty()) {
            return List.of();
        }
        list.sort(Comparator.comparingInt(AssemblyProblem::line).thenComparingInt(AssemblyProblem::column));
        return List.copyOf(list);
    }
}
