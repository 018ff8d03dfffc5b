// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;

/** {@code Guest CsArBytes    = 000000000000c09b}: one field per line, 16 digits, fields of the guest-state area. */
final class HyperPlatformFormat implements DumpFormat {
    private static final String PREFIX = "Guest ";
    private static final int DIGITS = 16;
    private static final int LONGEST_NAME = 40;

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        NamedFields fields = new NamedFields(Producer.HYPERPLATFORM);
        for (Line line : lines) {
            int start = line.text().indexOf(PREFIX);
            int equals = start < 0 ? -1 : line.text().indexOf('=', start);
            if (equals > 0 && equals - start < LONGEST_NAME) {
                VmcsField field = VmcsField.find(line.text().substring(start, equals).strip());
                String rest = line.text().substring(equals + 1).strip();
                String digits = rest.indexOf(' ') < 0 ? Hex.digits(rest) : null;
                if (field != null && field.area() == FieldArea.GUEST && digits != null) {
                    put(fields.dump(field, line), field, digits, line);
                }
            }
        }
        return fields.dumps();
    }

    private static void put(DumpBuilder dump, VmcsField field, String digits, Line line) {
        if (digits.length() < DIGITS) {
            dump.unreadable(field, line);
        } else {
            dump.put(field, Hex.value(digits), line);
        }
    }
}
