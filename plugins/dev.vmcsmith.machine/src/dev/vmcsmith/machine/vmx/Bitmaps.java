// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.VmcsField;

/** I/O bitmaps, MSR bitmaps, and the VMREAD and VMWRITE bitmaps, looked up in memory at every use. */
final class Bitmaps {
    private static final int HIGH_MSRS = 0xC000_0000;
    private static final int MSRS = 0x2000;
    private static final int HIGH = 0x400, WRITE = 0x800;

    private final PhysicalMemory memory;
    private final Vmcs vmcs;
    private final Controls controls;
    private long ioA;
    private long ioB;
    private long msr;
    private long vmread;
    private long vmwrite;

    Bitmaps(Vmx vmx) {
        memory = vmx.memory;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
    }

    void load() {
        ioA = vmcs.value(VmcsField.IO_BITMAP_A_ADDRESS);
        ioB = vmcs.value(VmcsField.IO_BITMAP_B_ADDRESS);
        msr = vmcs.value(VmcsField.MSR_BITMAP_ADDRESS);
        vmread = vmcs.value(VmcsField.VMREAD_BITMAP_ADDRESS);
        vmwrite = vmcs.value(VmcsField.VMWRITE_BITMAP_ADDRESS);
    }

    /** An access that wraps around port FFFFH exits with I/O bitmaps in use. */
    boolean ioExits(int port, int size) {
        if (!controls.primary(Controls.IO_BITMAPS)) {
            return controls.primary(Controls.UNCONDITIONAL_IO);
        }
        for (int p = port; p < port + size; p++) {
            if (p > 0xFFFF || bit((p & 0x8000) == 0 ? ioA : ioB, p & 0x7FFF)) {
                return true;
            }
        }
        return false;
    }

    boolean msrExits(int number, boolean write) {
        if (!controls.primary(Controls.MSR_BITMAPS)) {
            return true;
        }
        long half = msr + (write ? WRITE : 0);
        if (Integer.compareUnsigned(number, MSRS) < 0) {
            return bit(half, number);
        }
        int high = number - HIGH_MSRS;
        return Integer.compareUnsigned(high, MSRS) >= 0 || bit(half + HIGH, high);
    }

    /** Whether VMREAD or VMWRITE in non-root operation exits: no VMCS shadowing, or the bitmap says so. */
    boolean fieldAccessExits(long encoding, boolean write) {
        return !controls.secondary(Controls.VMCS_SHADOWING) || (encoding & ~0x7FFFL) != 0 || bit(write ? vmwrite : vmread, (int) encoding);
    }

    private boolean bit(long bitmap, int index) {
        return (memory.read(0, bitmap + (index >>> 3), 1) >>> (index & 7) & 1) != 0;
    }
}
