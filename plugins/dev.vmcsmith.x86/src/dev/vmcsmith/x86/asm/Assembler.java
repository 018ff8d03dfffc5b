// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles Intel-syntax text (NASM's flavour) with the instruction table: labels {@code name:} and {@code .local:}, {@code equ},
 * {@code db dw dd dq resb resw resd resq times align org bits default}, expressions with {@code $} and {@code $$}, and
 * {@code %line N "FILE"} for generated text. Jumps and immediates get their shortest form. Numbers are 64-bit; a character constant such as
 * {@code 'SVT'} is read as C compilers do (first character most significant), in {@code db} it is its characters in order.
 * Never throws on bad text: every problem is in the result. Stateless and thread-safe.
 */
public final class Assembler {
    /** Layout normally rests after three or four passes; more means that sizes depend on each other without end. */
    private static final int MAX_PASSES = 64;

    /** Assembles a text. */
    public Assembly assemble(AssemblySource source) {
        Problems problems = new Problems();
        List<Statement> statements = new ArrayList<>();
        new LineParser(source, statements, problems).parse(source.text());
        Evaluator evaluator = new Evaluator(source.symbols());
        Pass pass = new Pass(evaluator, problems);
        layout(statements, source.origin(), pass);
        return emit(statements, pass, problems);
    }

    /**
     * Assembles one line, such as a line of guest code in an editor.
     *
     * @param address of its first byte
     * @param bits 16, 32 or 64
     * @param symbols labels and constants that the line may use
     */
    public Assembly assembleLine(String line, long address, int bits, SymbolLookup symbols) {
        return assemble(new AssemblySource(line, null, address, bits, symbols));
    }

    private static void layout(List<Statement> statements, long origin, Pass pass) {
        pass.evaluator.origin = origin;
        boolean changed = true;
        for (int count = 0; changed && count < MAX_PASSES; count++) {
            changed = false;
            long address = pass.evaluator.origin;
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
                    changed |= pass.evaluator.origin != address;
                    pass.evaluator.origin = address;
                } else {
                    address += size;
                }
            }
            changed |= count == 0;
        }
    }

    private static Assembly emit(List<Statement> statements, Pass pass, Problems problems) {
        ByteSink out = new ByteSink();
        List<LineEntry> lines = new ArrayList<>();
        long origin = pass.evaluator.origin;
        for (Statement statement : statements) {
            int before = out.size();
            statement.emit(pass, out);
            int length = out.size() - before;
            if (length != statement.size) {
                pass.report(statement, statement.column, statement.columns,
                    "The size of this statement depends on itself; give the expression a value that does not depend on addresses after it.");
            }
            if (length > 0 && statement.fileLine > 0) {
                lines.add(new LineEntry(origin + before, length, statement.fileLine, statement.file, statement.isCode()));
            }
        }
        Map<String, Long> constants = new LinkedHashMap<>();
        for (String name : pass.evaluator.constants.keySet()) {
            pass.evaluator.start(origin);
            constants.put(name, pass.evaluator.value(new Expr.Name(name, 0, 0)));
        }
        return new Assembly(origin, out.toArray(), new LinkedHashMap<>(pass.evaluator.labels), constants, List.copyOf(lines), problems.sorted());
    }
}
