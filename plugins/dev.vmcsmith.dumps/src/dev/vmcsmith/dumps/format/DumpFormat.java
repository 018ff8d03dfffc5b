// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.text.Line;
import java.util.List;

/** Reads one format. */
public interface DumpFormat {
    /** The dumps of this format in the lines, in their order. Never throws; takes time in proportion to the text's length. */
    List<DumpBuilder> read(List<Line> lines);
}
