// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects dumps that have no beginning: a new one begins when the field comes again that the last one began with.
 * Dumps that mix show up as contradictions.
 */
final class NamedFields {
    private final Producer producer;
    private final List<DumpBuilder> dumps = new ArrayList<>();
    private DumpBuilder dump;
    private VmcsField first;

    NamedFields(Producer producer) {
        this.producer = producer;
    }

    /** The dump that the field at this line belongs to. */
    DumpBuilder dump(VmcsField field, Line line) {
        if (dump == null || field == first) {
            begin(line);
        }
        if (first == null) {
            first = field;
        }
        return dump;
    }

    /** The dump that something else at this line belongs to. */
    DumpBuilder dump(Line line) {
        if (dump == null) {
            begin(line);
        }
        return dump;
    }

    /** What follows belongs to another dump. */
    void begin(Line line) {
        dump = new DumpBuilder(producer, line.number());
        dumps.add(dump);
        first = null;
    }

    List<DumpBuilder> dumps() {
        dumps.removeIf(DumpBuilder::isEmpty);
        return dumps;
    }
}
