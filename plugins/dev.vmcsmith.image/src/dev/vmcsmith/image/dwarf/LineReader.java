// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** Reads every line program of a file into rows. */
public final class LineReader {
    private final DebugSections debug;

    public LineReader(DebugSections debug) {
        this.debug = debug;
    }

    /**
     * @param loaded whether an address is part of the program; sequences that start elsewhere belong to removed functions
     * @return sequences one after the other, each closed by its end row
     */
    public List<LineRow> read(LongPredicate loaded) throws ImageFormatException {
        ByteReader section = debug.section(".debug_line").seek(0);
        if (section.remaining() == 0) {
            return List.of();
        }
        Map<Long, String> directories = new CompileUnits(debug).directories();
        List<LineRow> rows = new ArrayList<>();
        while (section.remaining() > 0) {
            long offset = section.position();
            UnitLength length = UnitLength.read(section);
            int start = section.position();
            ByteReader unit = section.part(start, length.size(), "section .debug_line");
            LineHeader header = LineHeader.read(debug, unit, length.offsetSize(), directories.get(offset));
            if (header != null) {
                new LineProgram(header, unit, loaded, rows).run();
            }
            section.seek(start + length.size());
        }
        return rows;
    }
}
