// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Rflags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the rows of the instruction table. A malformed row is a defect of the bundle and throws, naming the line. */
final class RowParser {
    private static final Map<String, Integer> ATTRIBUTES = Map.ofEntries(Map.entry("lock", InstructionForm.A_LOCK),
        Map.entry("rep", InstructionForm.A_REP), Map.entry("repcc", InstructionForm.A_REPCC), Map.entry("cpl0", InstructionForm.A_CPL0),
        Map.entry("iopl", InstructionForm.A_IOPL), Map.entry("protected", InstructionForm.A_PROTECTED),
        Map.entry("end", InstructionForm.A_ENDS_BLOCK), Map.entry("d64", InstructionForm.A_DEFAULT_64),
        Map.entry("f64", InstructionForm.A_FORCE_64), Map.entry("branch", InstructionForm.A_BRANCH),
        Map.entry("fpu", InstructionForm.A_FPU), Map.entry("sse", InstructionForm.A_SSE), Map.entry("aligned", InstructionForm.A_ALIGNED),
        Map.entry("decode-only", InstructionForm.A_DECODE_ONLY), Map.entry("umip", InstructionForm.A_UMIP),
        Map.entry("vmx", InstructionForm.A_VMX), Map.entry("stack", InstructionForm.A_STACK),
        Map.entry("assemble-only", InstructionForm.A_ASSEMBLE_ONLY));
    private static final List<String> REGISTERS = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11");
    private static final InstructionForm.Operand[] NO_OPERANDS = {};
    private static final int COLUMNS = 8;

    private final String text;
    private final List<InstructionForm> rows;
    private final Map<String, List<InstructionTable.Entry>> names;
    private final Map<String, InstructionForm.Operand> operandPool = new HashMap<>(256);
    private final Map<String, OperandKind> kinds = new HashMap<>(256);
    private final Map<String, InstructionForm.Operand[]> operandLists = new HashMap<>(512);
    private final Map<String, int[]> flagSets = new HashMap<>();
    private final Map<String, Op> ops = new HashMap<>(2048);
    private final String[] column = new String[COLUMNS];

    RowParser(String text, List<InstructionForm> rows, Map<String, List<InstructionTable.Entry>> names) {
        this.text = text;
        this.rows = rows;
        this.names = names;
        for (OperandKind kind : OperandKind.values()) {
            kinds.put(kind.text, kind);
        }
        for (Op op : Op.values()) {
            ops.put(op.name(), op);
        }
    }

    void parse() {
        int start = 0;
        int line = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            line++;
            if (end > start && text.charAt(start) != '#') {
                try {
                    split(start, end);
                    row();
                } catch (RuntimeException e) {
                    throw new IllegalStateException("instructions.tbl:" + line + ": " + text.substring(start, end) + ": "
                        + e.getMessage(), e);
                }
            }
            start = end + 1;
        }
    }

    private void split(int start, int end) {
        int from = start;
        for (int i = 0; i < COLUMNS; i++) {
            if (from > end) {
                column[i] = "";
                continue;
            }
            int bar = text.indexOf('|', from);
            int to = bar < 0 || bar > end ? end : bar;
            int next = to + 1;
            while (from < to && text.charAt(from) == ' ') {
                from++;
            }
            while (to > from && text.charAt(to - 1) == ' ') {
                to--;
            }
            column[i] = from == to ? "" : text.substring(from, to);
            from = next;
        }
    }

    private void row() {
        String[] spellings = column[0].indexOf(',') < 0 ? new String[] {column[0]} : column[0].split(",");
        String mnemonic = spellings[0];
        InstructionForm.Operand[] operands = operandLists.get(column[1]);
        if (operands == null) {
            operands = operands(column[1]);
            operandLists.put(column[1], operands);
        }
        Encoding encoding = new EncodingParser(column[2], operands).parse();
        int modes = switch (column[3]) {
            case "" -> InstructionForm.MODE_16 | InstructionForm.MODE_32 | InstructionForm.MODE_64;
            case "64" -> InstructionForm.MODE_64;
            case "no64" -> InstructionForm.MODE_16 | InstructionForm.MODE_32;
            default -> throw new IllegalArgumentException("unknown mode " + column[3]);
        };
        int[] flags = flagSets.get(column[5]);
        if (flags == null) {
            flags = flags(column[5]);
            flagSets.put(column[5], flags);
        }
        int attributes = 0;
        int reads = 0;
        int writes = 0;
        String exit = "";
        String list = column[6];
        for (int from = 0; from < list.length();) {
            int to = list.indexOf(' ', from);
            to = to < 0 ? list.length() : to;
            String word = list.substring(from, to);
            from = to + 1;
            if (word.startsWith("use:")) {
                reads = registers(word);
            } else if (word.startsWith("def:")) {
                writes = registers(word);
            } else if (word.startsWith("exit:")) {
                exit = word.substring(5);
            } else {
                attributes |= ATTRIBUTES.get(word);
            }
        }
        Op op = ops.get(column[7].isEmpty() ? mnemonic.toUpperCase(Locale.ROOT) : column[7]);
        if (op == null) {
            throw new IllegalArgumentException("no such operation");
        }
        InstructionForm form = new InstructionForm(rows.size(), mnemonic, op, operands, encoding, modes, column[4], flags, reads, writes,
            attributes, exit);
        rows.add(form);
        for (String name : spellings) {
            addNames(name, form);
        }
    }

    private void addNames(String name, InstructionForm form) {
        if (form.encoding.span != Encoding.SPAN_CONDITION) {
            add(name, form, -1);
            return;
        }
        String stem = name.substring(0, name.length() - 2);
        for (int condition = 0; condition < Encoding.SPAN_CONDITION; condition++) {
            add(stem.concat(Condition.name(condition)), form, condition);
            for (String alias : Condition.aliases(condition)) {
                add(stem.concat(alias), form, condition);
            }
        }
    }

    private void add(String name, InstructionForm form, int condition) {
        List<InstructionTable.Entry> entries = names.get(name);
        if (entries == null) {
            entries = new ArrayList<>(4);
            names.put(name, entries);
        }
        entries.add(new InstructionTable.Entry(form, condition));
    }

    private InstructionForm.Operand[] operands(String list) {
        if (list.isEmpty()) {
            return NO_OPERANDS;
        }
        List<InstructionForm.Operand> result = new ArrayList<>(4);
        for (int from = 0; from < list.length();) {
            int to = list.indexOf(", ", from);
            to = to < 0 ? list.length() : to;
            String word = list.substring(from, to);
            InstructionForm.Operand operand = operandPool.get(word);
            if (operand == null) {
                operand = operand(word);
                operandPool.put(word, operand);
            }
            result.add(operand);
            from = to + 2;
        }
        return result.toArray(NO_OPERANDS);
    }

    private InstructionForm.Operand operand(String word) {
        Access access = Access.READ;
        String name = word;
        if (word.startsWith("w:")) {
            access = Access.WRITE;
            name = word.substring(2);
        } else if (word.startsWith("rw:")) {
            access = Access.READ_WRITE;
            name = word.substring(3);
        } else if (word.startsWith("n:")) {
            access = Access.NONE;
            name = word.substring(2);
        }
        OperandKind kind = kinds.get(name);
        if (kind == null) {
            throw new IllegalArgumentException("no operand kind " + name);
        }
        return new InstructionForm.Operand(kind, access);
    }

    /** Flags read, written, undefined, kept. */
    private static int[] flags(String list) {
        int[] sets = new int[4];
        if (list.isEmpty()) {
            return sets;
        }
        for (String word : list.split(" ")) {
            int bits = 0;
            for (int i = 2; i < word.length(); i++) {
                bits |= flag(word.charAt(i));
            }
            sets["RWUK".indexOf(word.charAt(0))] |= bits;
        }
        return sets;
    }

    private static int flag(char letter) {
        return switch (letter) {
            case 'O' -> Rflags.OF;
            case 'S' -> Rflags.SF;
            case 'Z' -> Rflags.ZF;
            case 'A' -> Rflags.AF;
            case 'P' -> Rflags.PF;
            case 'C' -> Rflags.CF;
            case 'D' -> Rflags.DF;
            case 'I' -> Rflags.IF;
            case 'T' -> Rflags.TF;
            case 'N' -> Rflags.NT;
            case 'L' -> Rflags.IOPL;
            case 'V' -> Rflags.VM;
            case 'K' -> Rflags.AC;
            case '*' -> Rflags.DEFINED & ~Rflags.FIXED;
            default -> throw new IllegalArgumentException("no flag letter " + letter);
        };
    }

    private static int registers(String word) {
        int mask = 0;
        for (String name : word.substring(4).split(",")) {
            mask |= 1 << REGISTERS.indexOf(name);
        }
        return mask;
    }
}
