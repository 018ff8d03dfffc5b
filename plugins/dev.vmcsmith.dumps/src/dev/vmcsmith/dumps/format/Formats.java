// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Line;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** All readers. */
public final class Formats {
    private static final List<DumpFormat> OTHERS = List.of(new XenFormat(), new BhyveFormat(), new HaxmFormat(), new NoirVisorFormat(),
            new HyperPlatformFormat(), new VirtualBoxFormat(), new CSourceFormat());

    /** Up to so many dumps, the lines that one does not understand are looked for in the others. */
    private static final int FEW = 64;

    private static final Set<Producer> WITHOUT_SECTIONS = EnumSet.of(Producer.QEMU, Producer.BHYVE, Producer.HAXM, Producer.NOIRVISOR,
            Producer.HYPERPLATFORM, Producer.VIRTUALBOX);

    private Formats() {
    }

    /** The dumps of every format. Never throws. */
    public static List<DumpBuilder> read(List<Line> lines) {
        List<DumpBuilder> kernel = new LinuxFormat().read(lines);
        List<DumpBuilder> qemu = new QemuFormat().read(lines);
        List<Failure> vmfails = qemu.stream().map(DumpBuilder::failure).filter(failure -> failure.kind() == Failure.Kind.VMFAIL).toList();
        if (kernel.size() == 1 && vmfails.size() == 1) {
            kernel.getFirst().failure(vmfails.getFirst());
        }
        List<DumpBuilder> dumps = new ArrayList<>(kernel);
        dumps.addAll(qemu);
        OTHERS.forEach(format -> dumps.addAll(format.read(lines)));
        if (dumps.isEmpty()) {
            dumps.addAll(new FailureStatements().read(lines));
        }
        for (DumpBuilder dump : dumps.size() > FEW ? List.<DumpBuilder>of() : dumps) {
            if (WITHOUT_SECTIONS.contains(dump.producer())) {
                dump.keepUnknown(lines);
            }
        }
        for (DumpBuilder dump : dumps.size() > FEW ? List.<DumpBuilder>of() : dumps) {
            dumps.stream().filter(other -> other != dump).forEach(dump::leave);
        }
        return dumps;
    }
}
