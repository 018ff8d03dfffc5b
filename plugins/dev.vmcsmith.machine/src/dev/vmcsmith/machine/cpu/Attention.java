// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * Bits of {@link Cpu#attention}: anything that makes the engine leave its inner loop after the current instruction. Zero means
 * the next instruction of the block runs with no further question.
 */
public final class Attention {
    /** An interrupt controller has, or had a moment ago, something for this processor. */
    public static final int INTERRUPT = 1;
    public static final int NMI = 2;
    public static final int INIT = 4;
    public static final int SIPI = 8;
    /** RFLAGS.TF is set, a debug exception is pending, or breakpoints are enabled in DR7. */
    public static final int DEBUG = 0x10;
    /** An interrupt shadow (STI, MOV SS) covers the next instruction. */
    public static final int SHADOW = 0x20;
    /** VMX wants to be asked at the next instruction boundary: windows, MTF, preemption timer, pending virtual interrupts. */
    public static final int VMX = 0x40;
    /** The processor is not in the active state. */
    public static final int INACTIVE = 0x80;
    /** The current block is at its end: a branch in it was taken, code was written, or mode or translation changed. */
    public static final int BLOCK = 0x100;
    /** The machine wants the run loop: pause, step, a stop condition. */
    public static final int MACHINE = 0x200;
    /** A timer was armed or changed: the run loop recomputes its instruction budget. */
    public static final int TIMER = 0x400;

    private Attention() {
    }
}
