// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** Operating mode as derived from CR0.PE, RFLAGS.VM, IA32_EFER.LMA and CS.L. */
public enum CpuMode {
    REAL, VIRTUAL_8086, PROTECTED, COMPATIBILITY, LONG_64;

    /** IA-32e mode: 64-bit or compatibility. */
    public boolean isLong() {
        return this == COMPATIBILITY || this == LONG_64;
    }

    /** Real-address or virtual-8086 mode: selectors are paragraph numbers. */
    public boolean isRealLike() {
        return this == REAL || this == VIRTUAL_8086;
    }
}
