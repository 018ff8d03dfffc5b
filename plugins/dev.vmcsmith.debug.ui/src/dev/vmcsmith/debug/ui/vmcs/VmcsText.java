// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Fields as text for other programs: lines of a setup, or C. */
final class VmcsText {

    private static final String GUEST = "guest";
    private static final String HOST = "host";
    private static final String EXIT = "exit";
    /** A setup has a line of its own for it. */
    private static final String VPID = "vpid";

    private VmcsText() {
    }

    /** Columns parted by tabs. */
    static String plain(List<VmcsArea> areas) {
        List<String> lines = new ArrayList<>();
        for (VmcsArea area : areas) {
            area.fields().forEach(field -> lines.add(String.join("\t", field.name(), VmcsLabels.encodingOf(field), field.hex(),
                    field.meaning() == null ? "" : field.meaning())));
        }
        return join(lines);
    }

    /** The inside of a {@code vmcs} block of a setup; what the processor writes at exits becomes a comment. */
    static String hv(List<VmcsArea> areas) {
        List<String> lines = new ArrayList<>();
        for (VmcsArea area : areas) {
            switch (area.id()) {
                case GUEST, HOST -> {
                    lines.add(area.id() + " {");
                    area.fields().forEach(field -> lines.add("    " + setting(field)));
                    lines.add("}");
                }
                case EXIT -> area.fields().forEach(field -> lines.add("// " + setting(field)));
                default -> area.fields().forEach(field -> lines.add(control(field)));
            }
        }
        return join(lines);
    }

    private static String setting(VmcsFieldValue field) {
        String name = field.hvName() == null ? "field " + VmcsLabels.encodingOf(field) : field.hvName();
        return name + (name.equals(VPID) ? " 0x" : " = 0x") + Long.toHexString(field.value()).toUpperCase(Locale.ROOT);
    }

    private static String control(VmcsFieldValue field) {
        for (ControlField group : ControlField.values()) {
            if (group.field().encoding() == field.encoding()) {
                List<String> names = group.bits().stream().filter(bit -> bit.in(field.value())).map(ControlBit::hvName).toList();
                return group.hvName() + " { " + String.join(", ", names) + " }";
            }
        }
        return setting(field);
    }

    /** Calls of a function {@code vmwrite(encoding, value)}, as most hypervisors have one; read-only fields become comments. */
    static String c(List<VmcsArea> areas) {
        List<String> lines = new ArrayList<>();
        for (VmcsArea area : areas) {
            for (VmcsFieldValue field : area.fields()) {
                String call = String.format("vmwrite(%s, 0x%xULL);", VmcsLabels.encodingOf(field), field.value());
                lines.add((area.id().equals(EXIT) ? "// " : "") + call + " /* " + field.name() + " */");
            }
        }
        return join(lines);
    }

    private static String join(List<String> lines) {
        return String.join(System.lineSeparator(), lines);
    }
}
