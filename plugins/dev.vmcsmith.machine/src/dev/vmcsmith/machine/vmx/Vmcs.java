// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import java.util.Arrays;

/**
 * The processor's copy of the current VMCS. Every field is an element of an array indexed by the field's ordinal; values are
 * zero-extended from the field's width. Remembers which fields changed since VM entry last checked them.
 */
public final class Vmcs implements VmcsView {
    private static final int COUNT = VmcsField.count();
    private static final int WORDS = COUNT + 63 >>> 6;
    private static final long[] MASKS = new long[COUNT];
    /** Bits of GUEST_RFLAGS that no entry rule looks at; they change with every exit. */
    private static final long STATUS_FLAGS = Cpu.STATUS_FLAGS;

    static {
        for (int i = 0; i < COUNT; i++) {
            MASKS[i] = VmcsField.at(i).width().mask();
        }
    }

    private final long[] values = new long[COUNT];
    private final long[] dirty = new long[WORDS];
    private boolean launched;
    private boolean shadow;

    Vmcs() {
        touchAll();
    }

    @Override
    public boolean known(VmcsField field) {
        return true;
    }

    @Override
    public long value(VmcsField field) {
        return values[field.ordinal()];
    }

    /** Writes a field, cut to its width. */
    public void set(VmcsField field, long value) {
        int i = field.ordinal();
        long v = value & MASKS[i];
        long changed = values[i] ^ v;
        values[i] = v;
        if (changed != 0 && (field != VmcsField.GUEST_RFLAGS || (changed & ~STATUS_FLAGS) != 0)) {
            dirty[i >>> 6] |= 1L << i;
        }
    }

    /** VMLAUNCH has succeeded since VMCLEAR. */
    public boolean launched() {
        return launched;
    }

    void setLaunched(boolean value) {
        launched = value;
    }

    /** Bit 31 of the region's first word: a shadow VMCS, with which no VM entry is possible. */
    public boolean shadow() {
        return shadow;
    }

    void setShadow(boolean value) {
        shadow = value;
    }

    /** Words of a bit set by ordinal: the fields that changed since {@link #clearDirty}. */
    long dirtyWord(int word) {
        return dirty[word];
    }

    static int dirtyWords() {
        return WORDS;
    }

    void clearDirty() {
        Arrays.fill(dirty, 0);
    }

    /** Takes every field for changed. */
    void touchAll() {
        Arrays.fill(dirty, -1L);
        int rest = COUNT & 63;
        if (rest != 0) {
            dirty[WORDS - 1] = (1L << rest) - 1;
        }
    }

    void copyFrom(Vmcs other) {
        System.arraycopy(other.values, 0, values, 0, COUNT);
        System.arraycopy(other.dirty, 0, dirty, 0, WORDS);
        launched = other.launched;
        shadow = other.shadow;
    }
}
