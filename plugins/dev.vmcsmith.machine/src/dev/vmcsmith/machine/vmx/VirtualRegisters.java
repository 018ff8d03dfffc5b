// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.VmcsField;

/** The guest's view of the time-stamp counter and of IA32_SPEC_CTRL. */
final class VirtualRegisters {
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private long tscOffset;
    private long tscMultiplier;

    VirtualRegisters(Vmx vmx) {
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
    }

    void load() {
        boolean offsetting = controls.primary(Controls.TSC_OFFSETTING);
        tscOffset = offsetting ? vmcs.value(VmcsField.TSC_OFFSET) : 0;
        tscMultiplier = offsetting && controls.secondary(Controls.TSC_SCALING) ? vmcs.value(VmcsField.TSC_MULTIPLIER) : 0;
    }

    /** The product of TSC and multiplier, whose binary point is at bit 48, plus the offset. */
    long tsc(long hostTsc) {
        long scaled = tscMultiplier == 0 ? hostTsc
            : Math.unsignedMultiplyHigh(hostTsc, tscMultiplier) << 16 | hostTsc * tscMultiplier >>> 48;
        return scaled + tscOffset;
    }

    /** SDM "IA32_SPEC_CTRL Virtualization": reads see the shadow. */
    long visibleSpecCtrl(long actual) {
        return controls.tertiary(Controls.VIRTUALIZE_SPEC_CTRL) ? vmcs.value(VmcsField.IA32_SPEC_CTRL_SHADOW) : actual;
    }

    /** Writes go to the shadow; bits in the mask keep their value in the register. */
    long effectiveSpecCtrl(long value) {
        if (!controls.tertiary(Controls.VIRTUALIZE_SPEC_CTRL)) {
            return value;
        }
        vmcs.set(VmcsField.IA32_SPEC_CTRL_SHADOW, value);
        long mask = vmcs.value(VmcsField.IA32_SPEC_CTRL_MASK);
        return cpu.msr.spec & mask | value & ~mask;
    }
}
