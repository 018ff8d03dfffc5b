// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.text.Line;
import java.util.ArrayList;
import java.util.List;

/** All readers. */
public final class Formats {
    private static final List<DumpFormat> ALL = List.of(new LinuxFormat(), new XenFormat());

    private Formats() {
    }

    /** The dumps of every format. Never throws. */
    public static List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> dumps = new ArrayList<>();
        ALL.forEach(format -> dumps.addAll(format.read(lines)));
        return dumps;
    }
}
