// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/**
 * Segment descriptors (SDM "Segment Descriptors") and the access-rights format of the VMCS ("Guest Register State").
 * A descriptor is its eight bytes as a little-endian long; access rights are bits 3:0 type, 4 S, 6:5 DPL, 7 P, 12 AVL, 13 L, 14 D/B,
 * 15 G and 16 unusable.
 */
public final class Descriptor {
    public static final int AR_TYPE = 0xF;
    /** Code or data segment (otherwise system). */
    public static final int AR_S = 1 << 4;
    public static final int AR_DPL_SHIFT = 5;
    public static final int AR_DPL = 3 << AR_DPL_SHIFT;
    public static final int AR_P = 1 << 7;
    public static final int AR_AVL = 1 << 12;
    public static final int AR_L = 1 << 13;
    public static final int AR_DB = 1 << 14;
    public static final int AR_G = 1 << 15;
    /** VMCS format only: the segment is unusable. */
    public static final int AR_UNUSABLE = 1 << 16;
    /** Access-rights bits that exist in a descriptor. */
    public static final int AR_DESCRIPTOR = 0xF0FF;

    /** Type bit: accessed (code and data). */
    public static final int TYPE_ACCESSED = 1;
    /** Type bit: writable (data) or readable (code). */
    public static final int TYPE_RW = 2;
    /** Type bit: expand-down (data) or conforming (code). */
    public static final int TYPE_EC = 4;
    /** Type bit: code. */
    public static final int TYPE_CODE = 8;

    public static final int TSS_16_AVAILABLE = 1;
    public static final int LDT = 2;
    public static final int TSS_16_BUSY = 3;
    public static final int CALL_GATE_16 = 4;
    public static final int TASK_GATE = 5;
    public static final int INTERRUPT_GATE_16 = 6;
    public static final int TRAP_GATE_16 = 7;
    /** Available 32-bit TSS, or 64-bit TSS in IA-32e mode. */
    public static final int TSS_AVAILABLE = 9;
    /** Busy 32-bit TSS, or 64-bit TSS in IA-32e mode. */
    public static final int TSS_BUSY = 11;
    public static final int CALL_GATE = 12;
    public static final int INTERRUPT_GATE = 14;
    public static final int TRAP_GATE = 15;

    private Descriptor() {
    }

    /** Base address, 32 bits; the upper half of a 16-byte system descriptor is the caller's. */
    public static long base(long descriptor) {
        return descriptor >>> 16 & 0xFF_FFFFL | descriptor >>> 32 & 0xFF00_0000L;
    }

    /** The 20-bit limit field as stored. */
    public static int rawLimit(long descriptor) {
        return (int) (descriptor & 0xFFFF | descriptor >>> 32 & 0xF_0000);
    }

    /** The limit in bytes (unsigned 32 bits in a long), granularity applied. */
    public static long limit(long descriptor) {
        long raw = rawLimit(descriptor);
        return (accessRights(descriptor) & AR_G) != 0 ? raw << 12 | 0xFFF : raw;
    }

    /** Access rights in the VMCS format, never unusable. */
    public static int accessRights(long descriptor) {
        return (int) (descriptor >>> 40) & AR_DESCRIPTOR;
    }

    /** Type field, 0-15. */
    public static int type(long descriptor) {
        return (int) (descriptor >>> 40) & AR_TYPE;
    }

    /** Descriptor privilege level, 0-3. */
    public static int dpl(long descriptor) {
        return (int) (descriptor >>> 45) & 3;
    }

    /**
     * Encodes a descriptor.
     *
     * @param base low 32 bits are used
     * @param limit limit in bytes; with {@link #AR_G} in the access rights its low 12 bits are dropped
     * @param accessRights in the VMCS format; the unusable bit is ignored
     */
    public static long encode(long base, long limit, int accessRights) {
        long raw = ((accessRights & AR_G) != 0 ? limit >>> 12 : limit) & 0xF_FFFF;
        return raw & 0xFFFF | (raw & 0xF_0000) << 32 | (base & 0xFF_FFFF) << 16 | (base & 0xFF00_0000L) << 32
            | (long) (accessRights & AR_DESCRIPTOR) << 40;
    }

    /** Selector of a gate descriptor. */
    public static int gateSelector(long gate) {
        return (int) (gate >>> 16) & 0xFFFF;
    }

    /** Low 32 bits of a gate's offset (16 for 16-bit gates are in the low half). */
    public static long gateOffset(long gate) {
        return gate & 0xFFFF | gate >>> 32 & 0xFFFF_0000L;
    }

    /**
     * Encodes the low eight bytes of a gate.
     *
     * @param type for example {@link #INTERRUPT_GATE}
     * @param ist interrupt stack table index 0-7, or the parameter count of a call gate
     */
    public static long encodeGate(int selector, long offset, int type, int dpl, int ist) {
        return offset & 0xFFFF | (long) (selector & 0xFFFF) << 16 | (long) (ist & 0x1F) << 32
            | (long) (type & AR_TYPE | dpl << AR_DPL_SHIFT | AR_P) << 40 | (offset & 0xFFFF_0000L) << 32;
    }
}
