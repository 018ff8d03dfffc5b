// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.Symbol;
import dev.vmcsmith.lang.eval.Value;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.plan.GuestBlock;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.lang.plan.SourceText;
import dev.vmcsmith.x86.asm.Assembly;
import dev.vmcsmith.x86.asm.LineEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Symbols and line rows: of guest code at guest addresses, of the hypervisor at its own. */
final class DebugTables {
    private static final Pattern INNER = Pattern.compile("(string|next|else|end|decided|small|handler|function|controls|again|let)_\\d+");

    private final SetupPlan plan;
    private final AsmText text;
    private final Assembly code;
    private final Map<String, String> handlerNames;

    /**
     * @param text         that became {@code code}
     * @param handlerNames label in the code to name for people
     */
    DebugTables(SetupPlan plan, AsmText text, Assembly code, Map<String, String> handlerNames) {
        this.plan = plan;
        this.text = text;
        this.code = code;
        this.handlerNames = handlerNames;
    }

    List<Symbol> symbols(List<Symbol> areas) {
        List<Symbol> symbols = new ArrayList<>();
        for (GuestBlock block : plan.memory()) {
            if (block.elf() != null) {
                symbols.addAll(block.elf().symbols().symbols());
            }
            Symbol.Kind kind = block.code() == null ? Symbol.Kind.OBJECT : Symbol.Kind.FUNCTION;
            symbols.add(new Symbol(block.name(), block.address(), block.bytes().length, kind));
            if (block.code() != null) {
                block.code().labels().forEach((label, address) -> symbols.add(Symbol.label(block.name() + '.' + label, address)));
            }
        }
        addCode(symbols);
        symbols.addAll(areas);
        addConstants(symbols);
        return symbols;
    }

    /** The names of constants, for those who debug: as far as a symbol of a 32-bit file can hold their values. */
    private void addConstants(List<Symbol> symbols) {
        Set<String> taken = symbols.stream().map(Symbol::name).collect(Collectors.toSet());
        for (Constant constant : plan.constants()) {
            Value value = plan.evaluator().value(constant);
            if (value.known() && value.number() >>> Integer.SIZE == 0 && taken.add(constant.getName())) {
                symbols.add(new Symbol(constant.getName(), value.number(), 0, Symbol.Kind.CONSTANT));
            }
        }
    }

    /** Global labels, each as long as it is to the next; texts and inner labels of handlers are no names for anybody. */
    private void addCode(List<Symbol> symbols) {
        String name = null;
        long start = 0;
        for (Map.Entry<String, Long> label : code.labels().entrySet()) {
            String next = nameOf(label.getKey());
            if (next != null) {
                if (name != null) {
                    symbols.add(Symbol.function(name, start, label.getValue() - start));
                }
                name = next;
                start = label.getValue();
            }
        }
        if (name != null) {
            symbols.add(Symbol.function(name, start, code.origin() + code.bytes().length - start));
        }
    }

    private String nameOf(String label) {
        if (handlerNames.containsKey(label)) {
            return handlerNames.get(label);
        }
        boolean inner = label.contains(".") || label.startsWith("text_") || INNER.matcher(label).matches();
        return inner ? null : label;
    }

    List<LineRow> lines() {
        List<LineRow> rows = new ArrayList<>();
        for (GuestBlock block : plan.memory()) {
            if (block.code() != null) {
                add(rows, block.code().lines(), text.file(block.origin()), SourceText.line(block.origin()) - 1);
            }
            if (block.elf() != null) {
                rows.addAll(block.elf().lines().rows());
            }
        }
        add(rows, code.lines().stream().filter(line -> line.file() != null).toList(), null, 0);
        return rows;
    }

    /**
     * One row where a line's code begins, an end row where code of no line follows.
     *
     * @param file of all entries; null when each knows its own
     */
    private static void add(List<LineRow> rows, List<LineEntry> entries, String file, int linesBefore) {
        long end = -1;
        int line = 0;
        String last = null;
        for (LineEntry entry : entries) {
            if (!entry.code()) {
                continue;
            }
            if (end != -1 && entry.address() != end) {
                rows.add(LineRow.end(end));
                line = 0;
            }
            String at = file == null ? entry.file() : file;
            if (entry.line() != line || !at.equals(last)) {
                line = entry.line();
                last = at;
                rows.add(LineRow.statement(entry.address(), at, line + linesBefore));
            }
            end = entry.address() + entry.length();
        }
        if (end != -1) {
            rows.add(LineRow.end(end));
        }
    }
}
