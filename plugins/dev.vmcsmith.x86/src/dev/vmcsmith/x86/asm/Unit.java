// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One source during a run: its statements, layout and output. */
final class Unit {
    private final List<Statement> statements = new ArrayList<>();
    private final Problems problems = new Problems();
    private final Evaluator evaluator;
    private final Pass pass;
    private final long origin;

    Unit(AssemblySource source, Names names) {
        new LineParser(source, names, statements, problems).parse(source.text());
        evaluator = new Evaluator(source.symbols(), names);
        pass = new Pass(evaluator, problems);
        origin = source.origin();
        evaluator.origin = origin;
    }

    /** Gives every statement an address and a size; true when something changed since the last time. */
    boolean layout() {
        boolean changed = false;
        long address = evaluator.origin;
        long used = 0;
        for (Statement statement : statements) {
            changed |= statement.address != address;
            statement.address = address;
            int size = statement.layout(pass);
            if (used + size > Pass.MAX_BYTES) {
                size = 0;
            }
            used += size;
            changed |= size != statement.size;
            statement.size = size;
            if (statement instanceof OrgStatement org && used == 0) {
                address = org.target(pass);
                changed |= evaluator.origin != address;
                evaluator.origin = address;
            } else {
                address += size;
            }
        }
        return changed;
    }

    Assembly emit() {
        ByteSink out = new ByteSink();
        List<LineEntry> lines = new ArrayList<>();
        Map<String, Long> labels = new LinkedHashMap<>();
        Map<String, Long> constants = new LinkedHashMap<>();
        long start = evaluator.origin;
        for (Statement statement : statements) {
            int before = out.size();
            statement.emit(pass, out);
            int length = out.size() - before;
            if (length != statement.size) {
                pass.report(statement, statement.column, statement.columns,
                    "The size of this statement depends on itself; use a value that does not depend on addresses after it.");
            }
            if (length > 0 && statement.fileLine > 0) {
                lines.add(new LineEntry(start + before, length, statement.fileLine, statement.file, statement.isCode()));
            }
            if (statement instanceof LabelStatement label) {
                (label.isConstant() ? constants : labels).put(label.name, label.value(pass));
            }
        }
        return new Assembly(start, out.toArray(), labels, constants, List.copyOf(lines), problems.sorted());
    }
}
