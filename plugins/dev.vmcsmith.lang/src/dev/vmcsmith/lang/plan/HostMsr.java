// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Arrays;
import java.util.stream.Stream;

/** MSRs that the hypervisor works with and that VM exits load for it under a control; where a setup says nothing it keeps what it has. */
public enum HostMsr {
    PAT(0x277, VmcsField.HOST_IA32_PAT, ControlBit.EXIT_LOAD_IA32_PAT),
    EFER(0xC000_0080, VmcsField.HOST_IA32_EFER, ControlBit.EXIT_LOAD_IA32_EFER);

    private final int msr;
    private final VmcsField field;
    private final ControlBit control;

    HostMsr(int msr, VmcsField field, ControlBit control) {
        this.msr = msr;
        this.field = field;
        this.control = control;
    }

    /** Those that VM exits of a VMCS load. */
    public static Stream<HostMsr> loadedBy(VmcsPlan vmcs) {
        return Arrays.stream(values()).filter(each -> vmcs.has(each.control));
    }

    public int msr() {
        return msr;
    }

    public VmcsField field() {
        return field;
    }
}
