// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.isa.SystemControl;

/** A local APIC in xAPIC and x2APIC mode: priorities, EOI, ICR, local vector table, timer in its three modes (SDM "APIC"). */
public final class LocalApic implements LocalApicPort {
    private static final int ID = 2, VERSION = 3, TPR = 8, APR = 9, PPR = 0xA, EOI = 0xB, LDR = 0xD, DFR = 0xE, SVR = 0xF, ISR = 0x10,
        TMR = 0x18, IRR = 0x20, ESR = 0x28, LVT_CMCI = 0x2F, ICR_LOW = 0x30, ICR_HIGH = 0x31, LVT_TIMER = 0x32, LVT_LINT0 = 0x35,
        LVT_LINT1 = 0x36, LVT_ERROR = 0x37, INITIAL_COUNT = 0x38, CURRENT_COUNT = 0x39, DIVIDE = 0x3E, SELF_IPI = 0x3F;
    private static final int MASKED = 1 << 16;
    /** Delivery status, read-only. */
    private static final int SENT = 1 << 12;
    private static final int SENT_ILLEGAL_VECTOR = 0x20, RECEIVED_ILLEGAL_VECTOR = 0x40;

    private final Cpu cpu;
    private final Board board;
    private final Clock.Timer timer;
    private final int[] registers = new int[0x40];
    private final long[] irr = new long[4];
    private final long[] isr = new long[4];
    /** Vectors whose last message was level-triggered. */
    private final long[] tmr = new long[4];
    /** Errors since software last wrote ESR. */
    private int errors;
    private long timerStart;
    private long deadlineTsc;

    LocalApic(Cpu cpu, Board board) {
        this.cpu = cpu;
        this.board = board;
        this.timer = board.clock().timer(this::timerFired);
        reset();
    }

    /** Power-on and INIT state. */
    void reset() {
        java.util.Arrays.fill(registers, 0);
        java.util.Arrays.fill(irr, 0);
        java.util.Arrays.fill(isr, 0);
        java.util.Arrays.fill(tmr, 0);
        registers[SVR] = 0xFF;
        registers[DFR] = -1;
        for (int lvt = LVT_TIMER; lvt <= LVT_ERROR; lvt++) {
            registers[lvt] = MASKED;
        }
        registers[LVT_CMCI] = MASKED;
        board.clock().disarm(timer);
        deadlineTsc = 0;
        errors = 0;
    }

    private void maskAll() {
        for (int lvt = LVT_TIMER; lvt <= LVT_ERROR; lvt++) {
            registers[lvt] |= MASKED;
        }
        registers[LVT_CMCI] |= MASKED;
    }

    /** The mask bit of the local vector table is stuck at 1 while the APIC is disabled by software. */
    private int masked() {
        return (registers[SVR] & 0x100) == 0 ? MASKED : 0;
    }

    void exchange(StateBuffer s) {
        s.of(registers);
        s.of(irr);
        s.of(isr);
        s.of(tmr);
        errors = s.of(errors);
        timerStart = s.of(timerStart);
        deadlineTsc = s.of(deadlineTsc);
    }

    // --- state -----------------------------------------------------------------------------------------------------------------

    boolean globallyEnabled() {
        return (cpu.msr.apicBase & 0x800) != 0;
    }

    private boolean softwareEnabled() {
        return globallyEnabled() && (registers[SVR] & 0x100) != 0;
    }

    @Override
    public boolean x2apic() {
        return (cpu.msr.apicBase & 0xC00) == 0xC00;
    }

    /** LINT0 passes the 8259's interrupts on: as after reset without APIC, or in ExtINT mode. */
    boolean acceptsExternal() {
        return !globallyEnabled() || (registers[LVT_LINT0] & MASKED) == 0 && (registers[LVT_LINT0] >> 8 & 7) == 7
            || !softwareEnabled() && (registers[LVT_LINT0] & MASKED) != 0;
    }

    private static int highest(long[] set) {
        for (int n = 3; n >= 0; n--) {
            if (set[n] != 0) {
                return 64 * n + 63 - Long.numberOfLeadingZeros(set[n]);
            }
        }
        return -1;
    }

    private int ppr() {
        int inService = Math.max(highest(isr), 0);
        int tpr = registers[TPR];
        return (tpr & 0xF0) >= (inService & 0xF0) ? tpr : inService & 0xF0;
    }

    /** Processor priority, for the arbitration of lowest-priority messages. */
    int priority() {
        return softwareEnabled() ? ppr() : 0x100;
    }

    /** The vector that would be delivered now, or -1. */
    int deliverable() {
        if (!softwareEnabled()) {
            return -1;
        }
        int vector = highest(irr);
        return vector >= 0 && vector >> 4 > ppr() >> 4 ? vector : -1;
    }

    int acknowledge() {
        int vector = deliverable();
        if (vector >= 0) {
            irr[vector >> 6] &= ~(1L << vector);
            isr[vector >> 6] |= 1L << vector;
        }
        return vector;
    }

    /** An edge-triggered interrupt message arrives. */
    void accept(int vector) {
        accept(vector, false);
    }

    void accept(int vector, boolean level) {
        if (!softwareEnabled()) {
            return;
        }
        if (vector < 16) {
            error(RECEIVED_ILLEGAL_VECTOR);
            return;
        }
        irr[vector >> 6] |= 1L << vector;
        tmr[vector >> 6] = level ? tmr[vector >> 6] | 1L << vector : tmr[vector >> 6] & ~(1L << vector);
        cpu.attention |= Attention.INTERRUPT;
    }

    /** Notes an error for ESR; the first one of a kind raises the error interrupt. */
    private void error(int bit) {
        if ((errors & bit) == 0) {
            errors |= bit;
            int lvt = registers[LVT_ERROR];
            if ((lvt & MASKED) == 0 && (lvt & 0xFF) >= 16) {
                accept(lvt & 0xFF, false);
            }
        }
    }

    // --- registers ---------------------------------------------------------------------------------------------------------------

    int read(int register) {
        if (register >= ISR && register < ESR) {
            long[] set = register < TMR ? isr : register < IRR ? tmr : irr;
            int word = register & 7;
            return (int) (set[word >> 1] >>> 32 * (word & 1));
        }
        return switch (register) {
            case ID -> x2apic() ? cpu.id : cpu.id << 24;
            case VERSION -> 0x60014;
            case PPR, APR -> ppr();
            case LDR -> x2apic() ? cpu.id >> 4 << 16 | 1 << (cpu.id & 15) : registers[LDR];
            case CURRENT_COUNT -> currentCount();
            case EOI, SELF_IPI -> 0;
            default -> register < registers.length ? registers[register] : 0;
        };
    }

    void write(int register, int value) {
        switch (register) {
            case TPR -> {
                registers[TPR] = value & 0xFF;
                cpu.attention |= Attention.INTERRUPT;
            }
            case EOI -> {
                int vector = highest(isr);
                if (vector >= 0) {
                    isr[vector >> 6] &= ~(1L << vector);
                    if ((tmr[vector >> 6] >>> vector & 1) != 0) {
                        board.endOfInterrupt(vector);
                    }
                }
                cpu.attention |= Attention.INTERRUPT;
            }
            case LDR -> registers[LDR] = value & 0xFF000000;
            case DFR -> registers[DFR] = value | 0x0FFFFFFF;
            case SVR -> {
                registers[SVR] = value & 0x1FF;
                if ((value & 0x100) == 0) {
                    maskAll();
                }
                cpu.attention |= Attention.INTERRUPT;
            }
            case ESR -> {
                registers[ESR] = errors;
                errors = 0;
            }
            case ICR_LOW -> {
                registers[ICR_LOW] = value & 0xCCFFF & ~SENT;
                if ((value & 0x600) == 0 && (value & 0xFF) < 16) {
                    error(SENT_ILLEGAL_VECTOR);
                }
                board.send(this, value, x2apic() ? registers[ICR_HIGH] : registers[ICR_HIGH] >>> 24);
            }
            case ICR_HIGH -> registers[ICR_HIGH] = value;
            case LVT_TIMER -> {
                boolean modeChanged = ((registers[LVT_TIMER] ^ value) & 0x40000) != 0;
                registers[LVT_TIMER] = value & 0x710FF & ~SENT | masked();
                if (modeChanged) {
                    board.clock().disarm(timer);
                    deadlineTsc = 0;
                }
            }
            case LVT_CMCI, 0x33, 0x34, LVT_LINT0, LVT_LINT1, LVT_ERROR -> registers[register] = value & 0x1F7FF & ~SENT | masked();
            case INITIAL_COUNT -> {
                registers[INITIAL_COUNT] = value;
                if ((registers[LVT_TIMER] & 0x60000) != 0x40000) {
                    startTimer();
                }
            }
            case DIVIDE -> divide(value & 0xB);
            case SELF_IPI -> accept(value & 0xFF);
            default -> { }
        }
    }

    // --- timer ---------------------------------------------------------------------------------------------------------------------

    private long divisor() {
        int d = registers[DIVIDE] & 3 | registers[DIVIDE] >> 1 & 4;
        return d == 7 ? 1 : 2L << d;
    }

    /** Another divisor takes effect at once: the count goes on from where it is. */
    private void divide(int value) {
        long left = currentCount() & 0xFFFFFFFFL;
        boolean counting = timer.deadline() != Long.MAX_VALUE && (registers[LVT_TIMER] & 0x60000) != 0x40000;
        registers[DIVIDE] = value;
        if (counting) {
            long count = registers[INITIAL_COUNT] & 0xFFFFFFFFL;
            timerStart = board.time() - (count - left) * divisor();
            board.clock().arm(timer, timerStart + count * divisor());
        }
    }

    private void startTimer() {
        long count = registers[INITIAL_COUNT] & 0xFFFFFFFFL;
        timerStart = board.time();
        if (count == 0) {
            board.clock().disarm(timer);
        } else {
            board.clock().arm(timer, timerStart + count * divisor());
        }
    }

    private int currentCount() {
        long count = registers[INITIAL_COUNT] & 0xFFFFFFFFL;
        if (count == 0 || (registers[LVT_TIMER] & 0x60000) == 0x40000) {
            return 0;
        }
        if (timer.deadline() == Long.MAX_VALUE) {
            return 0;
        }
        long gone = (board.time() - timerStart) / divisor();
        boolean periodic = (registers[LVT_TIMER] & 0x20000) != 0;
        return (int) (periodic ? count - gone % count : Math.max(0, count - gone));
    }

    private void timerFired() {
        int lvt = registers[LVT_TIMER];
        if ((lvt & MASKED) == 0 && softwareEnabled()) {
            accept(lvt & 0xFF);
        }
        deadlineTsc = 0;
        if ((lvt & 0x60000) == 0x20000) {
            long period = (registers[INITIAL_COUNT] & 0xFFFFFFFFL) * divisor();
            timerStart += (board.clock().now() - timerStart) / period * period;
            board.clock().arm(timer, timerStart + period);
        }
    }

    @Override
    public long tscDeadline() {
        return deadlineTsc;
    }

    @Override
    public void setTscDeadline(long value) {
        if ((registers[LVT_TIMER] & 0x60000) != 0x40000) {
            return;
        }
        deadlineTsc = value;
        if (value == 0) {
            board.clock().disarm(timer);
        } else {
            board.clock().arm(timer, Math.max(board.time() + 1, board.time() + value - SystemControl.hostTsc(cpu)));
        }
    }

    // --- instructions ----------------------------------------------------------------------------------------------------------------

    @Override
    public int cr8() {
        return registers[TPR] >> 4;
    }

    @Override
    public void setCr8(int value) {
        write(TPR, value << 4);
    }

    @Override
    public void baseChanged(long value) {
        if ((value & 0x800) == 0) {
            reset();
        }
        board.apicMoved();
    }

    @Override
    public long readMsr(int msr) {
        int register = msr & 0xFF;
        boolean exists = register == ID || register == VERSION || register == TPR || register == PPR || register == LDR || register == SVR
            || register >= ISR && register <= ESR || register >= LVT_CMCI && register <= CURRENT_COUNT && register != ICR_HIGH
            || register == DIVIDE;
        if ((msr & ~0xFF) != 0x800 || !exists) {
            throw CpuFault.gp();
        }
        return register == ICR_LOW ? registers[ICR_LOW] & 0xFFFFFFFFL | (long) registers[ICR_HIGH] << 32 : read(register) & 0xFFFFFFFFL;
    }

    @Override
    public void writeMsr(int msr, long value) {
        int register = msr & 0xFF;
        boolean writable = register == TPR || register == EOI || register == SVR || register == ESR
            || register >= LVT_CMCI && register <= INITIAL_COUNT && register != ICR_HIGH || register == DIVIDE || register == SELF_IPI;
        boolean mustBeZero = register == EOI || register == ESR;
        if ((msr & ~0xFF) != 0x800 || !writable || mustBeZero && value != 0 || register != ICR_LOW && value >>> 32 != 0
            || register == SELF_IPI && value >>> 8 != 0) {
            throw CpuFault.gp();
        }
        if (register == ICR_LOW) {
            registers[ICR_HIGH] = (int) (value >>> 32);
        }
        write(register, (int) value);
    }

    /** Whether a message with this destination is for this APIC; none is while it is disabled. */
    boolean matches(int destination, boolean logical) {
        if (!globallyEnabled()) {
            return false;
        }
        if (x2apic()) {
            return destination == -1 || (logical ? destination >>> 16 == read(LDR) >>> 16 && (destination & read(LDR) & 0xFFFF) != 0
                : destination == cpu.id);
        }
        if (!logical) {
            return destination == 0xFF || destination == cpu.id;
        }
        int ldr = registers[LDR] >>> 24;
        return registers[DFR] >>> 28 == 15 ? (destination & ldr) != 0
            : destination >> 4 == ldr >> 4 && (destination & ldr & 15) != 0;
    }

    Cpu cpu() {
        return cpu;
    }
}
