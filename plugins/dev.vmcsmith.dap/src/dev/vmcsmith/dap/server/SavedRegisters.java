// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.vmx.FieldArea;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.x86.Gpr;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;

/**
 * The registers that one area of a VMCS keeps: of the guest while the processor is in root operation, or of the host while it runs the
 * guest. The VMCS has no general registers but RSP; those of a guest are remembered from its latest VM exit.
 */
final class SavedRegisters implements RegisterFile {
    private static final long ACCESS_RIGHTS_L = 0x2000;
    private static final long ACCESS_RIGHTS_DB = 0x4000;
    private static final long EXIT_CONTROL_HOST_64 = 1 << 9;

    private final VmcsView vmcs;
    private final FieldArea area;
    private final long[] generalRegisters;
    private final ObjLongConsumer<VmcsField> write;

    /**
     * @param area {@link FieldArea#GUEST} or {@link FieldArea#HOST}
     * @param generalRegisters RAX to R15 in the order of {@link Gpr}, null when unknown
     * @param write changes a field of the VMCS
     */
    SavedRegisters(VmcsView vmcs, FieldArea area, long[] generalRegisters, ObjLongConsumer<VmcsField> write) {
        this.vmcs = vmcs;
        this.area = area;
        this.generalRegisters = generalRegisters;
        this.write = write;
    }

    @Override
    public OptionalLong get(String name) {
        VmcsField field = VmcsField.find(area, name);
        if (field != null) {
            return vmcs.known(field) ? OptionalLong.of(vmcs.value(field)) : OptionalLong.empty();
        }
        if (generalRegisters != null) {
            for (int i = 0; i < Gpr.COUNT; i++) {
                if (i != Gpr.RSP && Gpr.name(i, 64).equals(name)) {
                    return OptionalLong.of(generalRegisters[i]);
                }
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public void set(String name, long value) {
        VmcsField field = VmcsField.find(area, name);
        if (field == null) {
            throw new RequestFailure(name + " of this frame is not kept in the VMCS: change the handler's own register or memory instead");
        }
        write.accept(field, value);
    }

    @Override
    public int codeBits() {
        if (area == FieldArea.HOST) {
            return (value(VmcsField.EXIT_CONTROLS) & EXIT_CONTROL_HOST_64) != 0 ? 64 : 32;
        }
        long rights = value(VmcsField.GUEST_CS_ACCESS_RIGHTS);
        boolean longMode = (value(VmcsField.ENTRY_CONTROLS) & 1 << 9) != 0;
        return longMode && (rights & ACCESS_RIGHTS_L) != 0 ? 64 : (rights & ACCESS_RIGHTS_DB) != 0 ? 32 : 16;
    }

    private long value(VmcsField field) {
        return vmcs.known(field) ? vmcs.value(field) : 0;
    }
}
