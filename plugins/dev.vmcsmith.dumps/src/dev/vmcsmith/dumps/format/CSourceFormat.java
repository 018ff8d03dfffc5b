// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * C sources that write a VMCS by calls: {@code vmcs_write32(GUEST_CS_AR_BYTES, 0xC09B)}, {@code __vmx_vmwrite(…)},
 * {@code wvmcs(vcpu, …)}. A value counts when it is a constant and the call is not within a condition or a loop.
 */
final class CSourceFormat implements DumpFormat {
    /** Fewer calls are a remark in a log. */
    private static final int FEWEST_WRITES = 3;
    private static final int LONGEST_CALL = 8;
    private static final int LONGEST_TEXT = 2000;

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        if (lines.stream().noneMatch(line -> callAt(line.text(), 0) >= 0)) {
            return List.of();
        }
        List<String> code = CComments.without(lines);
        CExpression expression = new CExpression(macros(code));
        DumpBuilder dump = null;
        int writes = 0;
        CBlocks blocks = new CBlocks();
        for (int i = 0; i < code.size(); i++) {
            String text = code.get(i);
            int from = 0;
            for (int at = callAt(text, 0); at >= 0; at = callAt(text, from)) {
                blocks.follow(text, from, at);
                int open = text.indexOf('(', at);
                from = open + 1;
                Line line = lines.get(i);
                dump = dump == null ? new DumpBuilder(Producer.C_SOURCE, line.number()) : dump;
                if (write(arguments(code, i, from), blocks.isConditional(), expression, dump, line)) {
                    writes++;
                } else {
                    dump.unknown(line);
                }
            }
            blocks.follow(text, from, text.length());
        }
        return writes < FEWEST_WRITES ? List.of() : List.of(dump);
    }

    /** Where the name of a function that writes a field begins, with a parenthesis after it; -1 if none does. */
    private static int callAt(String text, int from) {
        for (int open = text.indexOf('(', from); open >= 0; open = text.indexOf('(', open + 1)) {
            int end = open;
            while (end > from && text.charAt(end - 1) == ' ') {
                end--;
            }
            int start = end;
            while (start > from && end - start < 60 && isName(text.charAt(start - 1))) {
                start--;
            }
            String name = text.substring(start, end).replace("_", "").toLowerCase(Locale.ROOT);
            if (name.contains("vmwrite") || name.contains("vmcswrite") || name.contains("vmxwrite") || name.contains("writevmcs")
                    || name.equals("wvmcs")) {
                return start;
            }
        }
        return -1;
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    /** The arguments of a call, which may go on in the next lines; empty if it does not end there. */
    private static List<String> arguments(List<String> code, int line, int from) {
        List<String> arguments = new ArrayList<>();
        StringBuilder argument = new StringBuilder();
        int depth = 0;
        for (int i = line; i < code.size() && i < line + LONGEST_CALL; i++) {
            String text = code.get(i);
            for (int at = i == line ? from : 0; at < text.length() && argument.length() < LONGEST_TEXT; at++) {
                char c = text.charAt(at);
                if (c == ')' && depth == 0) {
                    arguments.add(argument.toString().strip());
                    return arguments;
                }
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (c == ',' && depth == 0) {
                    arguments.add(argument.toString().strip());
                    argument.setLength(0);
                } else {
                    argument.append(c);
                }
            }
            argument.append(' ');
        }
        return List.of();
    }

    private static boolean write(List<String> arguments, boolean conditional, CExpression expression, DumpBuilder dump, Line line) {
        for (int i = 0; i + 1 < arguments.size() && i < 2; i++) {
            VmcsField half = highHalf(arguments.get(i), expression);
            VmcsField field = half == null ? field(arguments.get(i), expression) : half;
            if (field == null) {
                continue;
            }
            OptionalLong value = conditional ? OptionalLong.empty() : expression.value(arguments.get(i + 1));
            if (half != null && value.isPresent()) {
                dump.putHigh(field, value.getAsLong() & 0xFFFF_FFFFL, line);
            } else if (value.isPresent()) {
                dump.put(field, narrowed(field, value.getAsLong()), line);
            } else {
                dump.unreadable(field, line);
            }
            return true;
        }
        return false;
    }

    /** Negative numbers lose the bits that the field has no room for. */
    private static long narrowed(VmcsField field, long value) {
        boolean narrow = field.width() == FieldWidth.W16 || field.width() == FieldWidth.W32;
        return narrow && value < 0 && value >= Integer.MIN_VALUE ? field.truncate(value) : value;
    }

    /** The field whose bits 63:32 the name or encoding stands for; null if it stands for something else. */
    private static VmcsField highHalf(String argument, CExpression expression) {
        OptionalLong encoding = expression.value(argument);
        if (encoding.isPresent()) {
            long number = encoding.getAsLong();
            return number >= 0 && number <= 0x7FFF && argument.length() > 3 && VmcsField.high((int) number)
                    ? VmcsField.byEncoding((int) number) : null;
        }
        boolean named = argument.toUpperCase(Locale.ROOT).endsWith("_HIGH");
        VmcsField field = named ? field(argument.substring(0, argument.length() - "_HIGH".length()), expression) : null;
        return field != null && field.hasHighHalf() ? field : null;
    }

    /** What the source says that the name stands for, otherwise the field that is known by it. */
    private static VmcsField field(String argument, CExpression expression) {
        OptionalLong encoding = expression.value(argument);
        if (encoding.isPresent()) {
            long number = encoding.getAsLong();
            boolean full = number >= 0 && number <= 0x7FFF && (number & 1) == 0;
            boolean literal = Character.isDigit(argument.charAt(0)) && !argument.startsWith("0x") && !argument.startsWith("0X");
            return full && !literal ? VmcsField.byEncoding((int) number) : null;
        }
        int colon = argument.lastIndexOf(':');
        String name = argument.substring(colon + 1).strip();
        boolean identifier = name.length() > 3 && name.length() < 60 && name.chars().allMatch(c -> isName((char) c) || c == '.');
        return identifier ? VmcsField.find(name) : null;
    }

    /** Macros without parameters; one with two meanings has no text. */
    private static Map<String, String> macros(List<String> code) {
        Map<String, String> macros = new HashMap<>();
        for (String line : code) {
            String text = line.strip();
            if (!text.startsWith("#")) {
                continue;
            }
            text = text.substring(1).strip();
            if (text.startsWith("define ")) {
                String[] words = text.substring(7).strip().split(" +", 2);
                if (words.length == 2 && words[0].indexOf('(') < 0 && words[1].length() < LONGEST_TEXT) {
                    macros.merge(words[0], words[1].strip(), (one, other) -> one.equals(other) ? one : "");
                }
            }
        }
        return macros;
    }
}
