// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.Producer;
import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.dumps.text.Tokens;
import java.util.List;

/** What {@code dump_vmcs} of Linux KVM prints, from the layout of 2015 to the newest. */
final class LinuxFormat extends SectionsFormat {

    LinuxFormat() {
        super(Producer.LINUX_KVM);
    }

    @Override
    boolean wrote(List<Line> lines) {
        return !XenFormat.isXen(lines);
    }

    /** {@code VMCS 00000000a1b2c3d4, last attempted VM-entry on CPU 3}. */
    @Override
    void special(Reading reading, int at) {
        Tokens tokens = reading.tokens();
        if (tokens.is(at, "attempted") && tokens.is(at - 1, "last") && tokens.is(at + 1, "VM-entry") && tokens.is(at + 3, "CPU")) {
            reading.announce("CPU " + tokens.text(at + 4));
        }
    }
}
