// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.DumpBuilder;
import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.dumps.text.Line;
import java.util.ArrayList;
import java.util.List;

/** All readers. */
public final class Formats {
    private static final List<DumpFormat> OTHERS = List.of(new XenFormat(), new BhyveFormat(), new HaxmFormat(), new NoirVisorFormat(),
            new HyperPlatformFormat(), new VirtualBoxFormat(), new CSourceFormat());

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
        return dumps;
    }
}
