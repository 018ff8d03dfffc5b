// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.dumps.text.Tokens;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;

/** {@code [NoirVisor] Guest CS Segment - Selector: 0x10	 Access-Rights: 0x209B	 Limit: 0x0	 Base: 0x0000000000000000}. */
final class NoirVisorFormat implements DumpFormat {
    private static final KeyTable KEYS = new KeyTable("noirvisor.keys");
    private static final String PREFIX = "[NoirVisor]";

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        List<Line> own = lines.stream().filter(line -> line.text().contains(PREFIX)).toList();
        NamedFields fields = new NamedFields(Producer.NOIRVISOR);
        Tokens tokens = new Tokens(own);
        ValueReader values = new ValueReader(tokens);
        String segment = "";
        int at = 0;
        while (at < tokens.size()) {
            int next = at + 1;
            if (tokens.is(at, "Segment") && tokens.is(at - 2, "Guest")) {
                segment = tokens.text(at - 1);
            } else if (tokens.is(at, "Guest")) {
                segment = "";
            }
            if (tokens.is(at, "Code") && tokens.is(at + 1, "=") && tokens.is(at - 2, "VM-Entry")) {
                fail(fields, tokens, at);
            }
            KeyTable.Key key = KEYS.at(tokens, at, "all", "");
            VmcsField field = key != null ? key.fields()[0] : tokens.is(at + 1, ":") ? part(segment, tokens.text(at)) : null;
            int value = at + (key == null ? 2 : key.words().length);
            if (field != null && isValue(tokens, field, value) && values.read(value, 1)) {
                fields.dump(field, tokens.line(value)).put(field, values.value(), tokens.line(value));
                next = values.next();
            }
            at = next;
        }
        return fields.dumps();
    }

    /** {@code Failed at VM-Entry, Code=7}: the VM-instruction error, printed ahead of the dump. */
    private static void fail(NamedFields fields, Tokens tokens, int at) {
        String code = tokens.text(at + 2);
        boolean number = !code.isEmpty() && code.length() <= 2 && code.chars().allMatch(c -> c >= '0' && c <= '9');
        if (number && Integer.parseInt(code) > 0) {
            Line line = tokens.line(at);
            fields.begin(line);
            fields.dump(line).failure(Failure.vmfail(Integer.parseInt(code), DumpBuilder.evidence(line)));
        }
    }

    /** Every value but one has 0x, or the 16 digits of a pointer. */
    private static boolean isValue(Tokens tokens, VmcsField field, int at) {
        String word = tokens.text(at);
        String digits = Hex.digits(word);
        return digits != null && (word.startsWith("0x") || digits.length() == 16 || field == VmcsField.GUEST_ACTIVITY_STATE);
    }

    private static VmcsField part(String segment, String name) {
        String part = switch (name) {
            case "Selector" -> "selector";
            case "Access-Rights" -> "access rights";
            case "Limit" -> "limit";
            case "Base" -> "base";
            default -> null;
        };
        return part == null || segment.isEmpty() ? null : VmcsField.find("Guest " + segment + ' ' + part);
    }
}
