// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;

/** {@code haxm_warning: 4816 GUEST_CS_AR: c09b}: the encoding says which field it is. */
final class HaxmFormat implements DumpFormat {
    private static final String PREFIX = "haxm_";

    @Override
    public List<DumpBuilder> read(List<Line> lines) {
        NamedFields fields = new NamedFields(Producer.HAXM);
        for (Line line : lines) {
            int start = line.text().indexOf(PREFIX);
            if (start >= 0) {
                read(line, start + PREFIX.length(), fields);
            }
        }
        return fields.dumps();
    }

    private static void read(Line line, int from, NamedFields fields) {
        String text = line.text();
        int colon = text.indexOf(':', from);
        int second = colon < 0 ? -1 : text.indexOf(':', colon + 1);
        if (second < 0) {
            return;
        }
        String[] words = text.substring(colon + 1, second).strip().split(" +");
        String encoding = words.length == 2 && words[0].length() == 4 ? Hex.digits(words[0]) : null;
        VmcsField field = encoding == null ? null : VmcsField.byEncoding((int) Hex.value(encoding));
        if (field == null) {
            return;
        }
        String rest = text.substring(second + 1).strip();
        int blank = rest.indexOf(' ');
        String digits = Hex.digits(blank < 0 ? rest : rest.substring(0, blank));
        boolean high = VmcsField.high((int) Hex.value(encoding));
        DumpBuilder dump = high ? fields.dump(line) : fields.dump(field, line);
        if (digits == null) {
            dump.unreadable(field, line);
        } else if (high) {
            dump.putHigh(field, Hex.value(digits), line);
        } else {
            dump.put(field, Hex.value(digits), line);
        }
    }
}
