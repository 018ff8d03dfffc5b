// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.dumps.text.Line;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.util.List;

/** The capability MSRs that a text lists: output of rdmsr and vmxcap, logs of VirtualBox. */
final class CapabilityText {
    private static final String LISTING = "Basic VMX Information";

    private CapabilityText() {
    }

    /** The processor; null when the text lists no capability MSR. */
    static CpuProfile read(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        boolean listing = false;
        boolean asked = false;
        for (Line line : lines) {
            String words = line.text();
            boolean command = words.contains("rdmsr ");
            listing |= words.contains(LISTING);
            if (listing || command || asked || words.contains("IA32_VMX_") || startsWithNumber(words)) {
                text.append(words).append('\n');
            }
            asked = command;
        }
        if (text.isEmpty()) {
            return null;
        }
        try {
            return CpuProfiles.importText("imported", text.toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** {@code 0x480: 00da040000000004}. */
    private static boolean startsWithNumber(String words) {
        boolean number = words.length() > 6 && (words.startsWith("0x48") || words.startsWith("0x49"));
        return number && (words.charAt(5) == ':' || words.charAt(5) == ' ');
    }
}
