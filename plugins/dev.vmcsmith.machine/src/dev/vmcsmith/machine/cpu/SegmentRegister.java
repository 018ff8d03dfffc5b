// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * A segment register with its cached descriptor. Access rights have the VMCS format: type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13,
 * D/B 14, G 15, unusable 16. {@code limit} is in bytes, granularity applied.
 * The last three fields are derived for the memory fast path: an access of n bytes at offset o is inside the segment when
 * {@code o <= readMax - (n - 1)} (signed), otherwise the slow path decides.
 */
public final class SegmentRegister {
    public static final int UNUSABLE = 0x10000;
    public static final int PRESENT = 0x80, CODE_OR_DATA = 0x10, L = 0x2000, DB = 0x4000, G = 0x8000;

    /** 0..5 in the order ES CS SS DS FS GS, 6 LDTR, 7 TR. */
    public final int index;
    public int selector;
    public long base;
    /** Byte limit, 0..0xFFFFFFFF. */
    public long limit;
    public int rights;

    /** Base as used by an address computation: 0 in 64-bit mode except FS and GS. */
    public long effectiveBase;
    public long readMax;
    public long writeMax;

    public SegmentRegister(int index) {
        this.index = index;
    }

    public void set(int selector, long base, long limit, int rights) {
        this.selector = selector;
        this.base = base;
        this.limit = limit;
        this.rights = rights;
    }

    /** Loads the fields from a descriptor as it lies in the GDT or LDT (the low 8 bytes). */
    public void load(int selector, long descriptor) {
        set(selector, descriptorBase(descriptor), descriptorLimit(descriptor), descriptorRights(descriptor));
    }

    public static long descriptorBase(long d) {
        return d >>> 16 & 0xFFFFFF | d >>> 32 & 0xFF000000L;
    }

    public static long descriptorLimit(long d) {
        long limit = d & 0xFFFF | d >>> 32 & 0xF0000;
        return (d >>> 55 & 1) != 0 ? limit << 12 | 0xFFF : limit;
    }

    public static int descriptorRights(long d) {
        return (int) (d >>> 40) & 0xF0FF;
    }

    public void copyFrom(SegmentRegister other) {
        set(other.selector, other.base, other.limit, other.rights);
        effectiveBase = other.effectiveBase;
        readMax = other.readMax;
        writeMax = other.writeMax;
    }

    public boolean unusable() {
        return (rights & UNUSABLE) != 0;
    }

    public boolean present() {
        return (rights & PRESENT) != 0;
    }

    public int type() {
        return rights & 15;
    }

    public int dpl() {
        return rights >> 5 & 3;
    }

    /** D/B: default operand size 32, or a 32-bit stack. */
    public boolean big() {
        return (rights & DB) != 0;
    }

    public boolean longCode() {
        return (rights & L) != 0;
    }

    public boolean isCode() {
        return (rights & 0x18) == 0x18;
    }

    public boolean isWritableData() {
        return (rights & 0x1A) == 0x12;
    }

    public boolean isExpandDown() {
        return (rights & 0x1C) == 0x14;
    }

    /** May data be read through it, as far as type and presence say. */
    public boolean isReadable() {
        return (rights & (UNUSABLE | PRESENT | CODE_OR_DATA)) == (PRESENT | CODE_OR_DATA) && (rights & 0xA) != 8;
    }

    public boolean isWritable() {
        return (rights & (UNUSABLE | PRESENT)) == PRESENT && isWritableData();
    }

    /** Recomputes the derived fields for a mode. */
    public void derive(CpuMode mode) {
        if (mode == CpuMode.LONG_64) {
            effectiveBase = index >= 4 ? base : 0;
            readMax = writeMax = Long.MAX_VALUE;
            return;
        }
        effectiveBase = base & 0xFFFFFFFFL;
        boolean fast = !isExpandDown();
        readMax = fast && isReadable() ? limit : -1;
        writeMax = fast && isWritable() ? limit : -1;
    }
}
