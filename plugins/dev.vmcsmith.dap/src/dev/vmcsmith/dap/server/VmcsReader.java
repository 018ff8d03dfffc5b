// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import java.util.ArrayList;
import java.util.List;

/** Presents a VMCS as the protocol shows it. */
final class VmcsReader {
    /** The areas in the order in which the SDM treats them. */
    static final List<FieldArea> AREAS = List.of(FieldArea.GUEST, FieldArea.HOST, FieldArea.CONTROL, FieldArea.EXIT);

    private static final String NO_VMCS = "This processor has no current VMCS: the hypervisor has not executed VMPTRLD yet,"
            + " or it has left VMX operation.";

    private final FieldMeaning meaning;
    private final VmcsHistory history;

    VmcsReader(FieldMeaning meaning, VmcsHistory history) {
        this.meaning = meaning;
        this.history = history;
    }

    /** The name of an area for the user. */
    static String name(FieldArea area) {
        return switch (area) {
            case GUEST -> "Guest state";
            case HOST -> "Host state";
            case CONTROL -> "Controls";
            case EXIT -> "Exit information";
        };
    }

    static VmcsContents none(Instant now) {
        return new VmcsContents(null, false, now, NO_VMCS, List.of());
    }

    VmcsContents contents(CurrentVmcs vmcs, Instant now) {
        List<VmcsArea> areas = AREAS.stream().map(area -> new VmcsArea(area.hvName(), name(area), fields(vmcs, area))).toList();
        return new VmcsContents(vmcs.address(), vmcs.launched(), now, null, areas);
    }

    /** The fields of an area that this VMCS has. */
    List<VmcsFieldValue> fields(CurrentVmcs vmcs, FieldArea area) {
        List<VmcsFieldValue> fields = new ArrayList<>();
        for (int i = 0; i < VmcsField.count(); i++) {
            VmcsField field = VmcsField.at(i);
            if (field.area() == area && vmcs.view().known(field)) {
                long value = vmcs.view().value(field);
                fields.add(new VmcsFieldValue(field.sdmName(), field.hvName(), field.encoding(), field.width().bits(), value,
                        meaning.of(field, vmcs.view()), history.changed(vmcs.address(), field, value)));
            }
        }
        return fields;
    }
}
