// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/** A 16550 serial port: output goes to a sink at once, input comes from {@link #receive}. Interrupts as enabled in IER. */
public final class Uart16550 implements PortDevice, Saved {
    private static final int DLAB = 0x80, LOOP = 0x10, OUT2 = 8;
    private static final int DATA_READY = 1, TX_EMPTY = 0x60;

    private final int base;
    private final IntConsumer sink;
    private final InterruptLine irq;
    private final ArrayDeque<Integer> input = new ArrayDeque<>();
    private int ier;
    private int lcr;
    private int mcr;
    private int scratch;
    private int divisor = 12;
    private boolean fifo;
    private boolean txInterrupt;

    public Uart16550(int base, IntConsumer sink, InterruptLine irq) {
        this.base = base;
        this.sink = sink;
        this.irq = irq;
    }

    /** A byte arrives on the wire. */
    public void receive(int value) {
        input.add(value & 0xFF);
        update();
    }

    @Override
    public void exchange(StateBuffer s) {
        int waiting = s.of(input.size());
        Integer[] bytes = input.toArray(new Integer[0]);
        if (s.loading()) {
            input.clear();
        }
        for (int n = 0; n < waiting; n++) {
            int value = s.of(s.loading() ? 0 : bytes[n]);
            if (s.loading()) {
                input.add(value);
            }
        }
        ier = s.of(ier);
        lcr = s.of(lcr);
        mcr = s.of(mcr);
        scratch = s.of(scratch);
        divisor = s.of(divisor);
        fifo = s.of(fifo);
        txInterrupt = s.of(txInterrupt);
    }

    private int identification() {
        int id = (ier & 1) != 0 && !input.isEmpty() ? 4 : (ier & 2) != 0 && txInterrupt ? 2 : 1;
        return id | (fifo ? 0xC0 : 0);
    }

    private void update() {
        irq.set((identification() & 1) == 0 && (mcr & OUT2) != 0);
    }

    @Override
    public int read(int port, int size) {
        int register = port - base;
        boolean dlab = (lcr & DLAB) != 0;
        return switch (register) {
            case 0 -> {
                if (dlab) {
                    yield divisor & 0xFF;
                }
                Integer value = input.poll();
                update();
                yield value == null ? 0 : value;
            }
            case 1 -> dlab ? divisor >> 8 : ier;
            case 2 -> {
                int id = identification();
                if ((id & 7) == 2) {
                    txInterrupt = false;
                    update();
                }
                yield id;
            }
            case 3 -> lcr;
            case 4 -> mcr;
            case 5 -> TX_EMPTY | (input.isEmpty() ? 0 : DATA_READY);
            case 6 -> (mcr & LOOP) != 0 ? (mcr & 3) << 4 & 0x10 | (mcr & 1) << 5 | (mcr & 4) << 4 | (mcr & 8) << 4 : 0xB0;
            default -> scratch;
        };
    }

    @Override
    public void write(int port, int size, int value) {
        int v = value & 0xFF;
        boolean dlab = (lcr & DLAB) != 0;
        switch (port - base) {
            case 0 -> {
                if (dlab) {
                    divisor = divisor & 0xFF00 | v;
                } else if ((mcr & LOOP) != 0) {
                    input.add(v);
                } else {
                    sink.accept(v);
                }
                txInterrupt = !dlab;
            }
            case 1 -> {
                if (dlab) {
                    divisor = divisor & 0xFF | v << 8;
                } else {
                    txInterrupt |= (v & 2) != 0 && (ier & 2) == 0;
                    ier = v & 15;
                }
            }
            case 2 -> {
                fifo = (v & 1) != 0;
                if ((v & 2) != 0) {
                    input.clear();
                }
            }
            case 3 -> lcr = v;
            case 4 -> mcr = v & 0x1F;
            case 7 -> scratch = v;
            default -> { }
        }
        update();
    }
}
