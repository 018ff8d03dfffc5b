// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bundled CPU profiles with the VMX features that set generations apart. */
final class CpuList {
    /** A column of the list. */
    private record Highlight(String title, ControlBit control) {
    }

    private static final List<Highlight> HIGHLIGHTS = List.of(new Highlight("EPT", ControlBit.ENABLE_EPT),
            new Highlight("VPID", ControlBit.ENABLE_VPID), new Highlight("UNRESTRICTED", ControlBit.UNRESTRICTED_GUEST),
            new Highlight("VIRT-INTR", ControlBit.VIRTUAL_INTERRUPT_DELIVERY),
            new Highlight("POSTED", ControlBit.PIN_PROCESS_POSTED_INTERRUPTS), new Highlight("SHADOWING", ControlBit.VMCS_SHADOWING),
            new Highlight("VMFUNC", ControlBit.ENABLE_VM_FUNCTIONS), new Highlight("TERTIARY", ControlBit.ACTIVATE_TERTIARY_CONTROLS));

    private CpuList() {
    }

    static void print(PrintStream out) {
        TextTable table = new TextTable();
        List<String> header = new ArrayList<>(List.of("NAME", "MODEL"));
        HIGHLIGHTS.forEach(highlight -> header.add(highlight.title()));
        header.add("PROCESSOR");
        table.row(header);
        for (String name : CpuProfiles.names()) {
            CpuProfile profile = CpuProfiles.named(name);
            List<String> row = new ArrayList<>(List.of(name, profile.signature()));
            HIGHLIGHTS.forEach(highlight -> row.add(word(profile.capabilities(), highlight.control())));
            row.add(profile.title());
            table.row(row);
        }
        table.print("", out);
    }

    private static String word(VmxCapabilities capabilities, ControlBit control) {
        return !capabilities.known(control.field()) ? "?" : capabilities.allows(control) ? "yes" : "-";
    }

    static Object json() {
        List<Object> list = new ArrayList<>();
        for (String name : CpuProfiles.names()) {
            CpuProfile profile = CpuProfiles.named(name);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", name);
            entry.put("processor", profile.title());
            entry.put("model", profile.signature());
            HIGHLIGHTS.forEach(highlight -> entry.put(highlight.control().hvName(), profile.capabilities().known(
                    highlight.control().field()) ? profile.capabilities().allows(highlight.control()) : null));
            list.add(entry);
        }
        return list;
    }
}
