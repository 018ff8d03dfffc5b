// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.FieldWidth;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;

/**
 * The VMCS region in memory: revision identifier at 0 (bit 31: shadow VMCS), VMX-abort indicator at 4, launch state at 8, then
 * the fields that the processor has, each in its width. The data is ours to arrange (SDM "Format of the VMCS Region"); it is
 * written when a VMCS stops being current or is cleared.
 */
final class VmcsRegion {
    static final int ABORT = 4;
    static final int LAUNCH = 8;
    private static final int DATA = 16;
    private static final int LAUNCHED = 0x4C41554E;

    private final PhysicalMemory memory;
    /** Offset of each field by ordinal, -1 for one that the processor does not have. */
    private final int[] offsets = new int[VmcsField.count()];
    private final int end;
    private final byte[] buffer;

    VmcsRegion(PhysicalMemory memory, VmxCapabilities capabilities) {
        this.memory = memory;
        int offset = DATA;
        for (int i = 0; i < offsets.length; i++) {
            VmcsField field = VmcsField.at(i);
            if (field.existsOn(capabilities)) {
                offsets[i] = offset;
                offset += size(field);
            } else {
                offsets[i] = -1;
            }
        }
        end = offset;
        buffer = new byte[end];
    }

    /** Bytes that the data needs. */
    int size() {
        return end;
    }

    boolean exists(VmcsField field) {
        return offsets[field.ordinal()] >= 0;
    }

    int revision(long pointer) {
        return memory.read32(pointer);
    }

    /** Fills the processor's copy from the region. */
    void load(long pointer, Vmcs into) {
        memory.read(pointer, buffer, 0, end);
        into.setShadow((int) PhysicalMemory.INT.get(buffer, 0) < 0);
        into.setLaunched((int) PhysicalMemory.INT.get(buffer, LAUNCH) == LAUNCHED);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] >= 0) {
                VmcsField field = VmcsField.at(i);
                into.set(field, PhysicalMemory.get(buffer, offsets[i], size(field)));
            }
        }
        into.touchAll();
    }

    /** Writes the processor's copy to the region; the first two words are software's and stay. */
    void store(long pointer, Vmcs from) {
        PhysicalMemory.INT.set(buffer, LAUNCH, from.launched() ? LAUNCHED : 0);
        PhysicalMemory.INT.set(buffer, LAUNCH + 4, 0);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] >= 0) {
                VmcsField field = VmcsField.at(i);
                PhysicalMemory.put(buffer, offsets[i], size(field), from.value(field));
            }
        }
        memory.write(pointer + LAUNCH, buffer, LAUNCH, end - LAUNCH);
    }

    /** VMCLEAR of a VMCS that is not current. */
    void clear(long pointer) {
        memory.write32(pointer + LAUNCH, 0);
    }

    void abort(long pointer, int indicator) {
        memory.write32(pointer + ABORT, indicator);
    }

    /** Reads a field of a VMCS that is not current (the shadow VMCS of VMCS shadowing). */
    long read(long pointer, VmcsField field) {
        long value = 0;
        for (int i = size(field) - 1; i >= 0; i--) {
            value = value << 8 | memory.read(0, pointer + offsets[field.ordinal()] + i, 1);
        }
        return value;
    }

    void write(long pointer, VmcsField field, long value) {
        for (int i = 0; i < size(field); i++) {
            memory.write(0, pointer + offsets[field.ordinal()] + i, 1, value >>> 8 * i & 0xFF);
        }
    }

    private static int size(VmcsField field) {
        FieldWidth width = field.width();
        return width.bits() >> 3;
    }
}
