// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.dumps.format.Formats;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.dumps.text.PastedText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The way in: text to dumps. */
public final class Dumps {
    private Dumps() {
    }

    /** What the text shows. Never throws, whatever the text; takes time in proportion to its length. */
    public static Paste read(String text) {
        List<Line> lines = PastedText.lines(text);
        List<DumpBuilder> found = new ArrayList<>(Formats.read(lines));
        List<Dump> dumps = new ArrayList<>(found.size());
        found.forEach(builder -> dumps.add(builder.build()));
        dumps.sort(Comparator.comparingInt(Dump::firstLine));
        return new Paste(dumps, CapabilityText.read(lines), lines.size());
    }
}
