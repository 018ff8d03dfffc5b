// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/** Bits of IA32_EFER (SDM "IA32_EFER MSR"). */
public final class Efer {
    /** SYSCALL enable. */
    public static final long SCE = 1L << 0;
    /** Long-mode enable. */
    public static final long LME = 1L << 8;
    /** Long-mode active (read-only). */
    public static final long LMA = 1L << 10;
    /** Execute-disable enable. */
    public static final long NXE = 1L << 11;
    /** All bits that Intel defines. */
    public static final long DEFINED = SCE|LME|LMA|NXE;

    private Efer() {
    }
}
