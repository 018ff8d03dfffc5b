// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntConsumer;

/**
 * A 16550A serial port. Output goes to a sink at once. Input waits on the wire until the receiver has room: 16 bytes with FIFOs, one
 * without. Interrupts as enabled in IER, gated by OUT2 as on a PC.
 */
public final class Uart16550 implements PortDevice, Saved {
    private static final int DLAB = 0x80, DTR = 1, RTS = 2, OUT1 = 4, OUT2 = 8, LOOP = 0x10;
    private static final int DATA_READY = 1, OVERRUN = 2, TX_EMPTY = 0x60;
    private static final int IER_DATA = 1, IER_TX = 2, IER_LINE = 4, IER_MODEM = 8;
    private static final int IIR_NONE = 1, IIR_MODEM = 0, IIR_TX = 2, IIR_DATA = 4, IIR_LINE = 6, IIR_TIMEOUT = 0xC;
    private static final int CONNECTED = 0xB0;
    private static final int FIFO_SIZE = 16;
    private static final int[] TRIGGERS = {1, 4, 8, 14};

    private final int base;
    private final IntConsumer sink;
    private final InterruptLine irq;
    private final Queue<Integer> wire = new ArrayDeque<>();
    private final Queue<Integer> received = new ArrayDeque<>();
    private int ier;
    private int fcr;
    private int lcr;
    private int mcr;
    private int scratch;
    private int divisor = 12;
    private int modemDelta;
    private boolean overrun;
    private boolean txInterrupt;

    public Uart16550(int base, IntConsumer sink, InterruptLine irq) {
        this.base = base;
        this.sink = sink;
        this.irq = irq;
    }

    /** A byte is sent to the port. */
    public void receive(int value) {
        wire.add(value & 0xFF);
        refill();
        update();
    }

    @Override
    public void exchange(StateBuffer s) {
        exchange(wire, s);
        exchange(received, s);
        ier = s.of(ier);
        fcr = s.of(fcr);
        lcr = s.of(lcr);
        mcr = s.of(mcr);
        scratch = s.of(scratch);
        divisor = s.of(divisor);
        modemDelta = s.of(modemDelta);
        overrun = s.of(overrun);
        txInterrupt = s.of(txInterrupt);
    }

    private static void exchange(Queue<Integer> queue, StateBuffer s) {
        int count = s.of(queue.size());
        if (s.loading()) {
            queue.clear();
            for (int n = 0; n < count; n++) {
                queue.add(s.of(0));
            }
        } else {
            queue.forEach(s::of);
        }
    }

    private boolean fifos() {
        return (fcr & 1) != 0;
    }

    private int room() {
        return fifos() ? FIFO_SIZE : 1;
    }

    private void refill() {
        while ((mcr & LOOP) == 0 && !wire.isEmpty() && received.size() < room()) {
            received.add(wire.remove());
        }
    }

    /** A byte sent in loopback mode: nobody waits for room there. */
    private void loop(int value) {
        if (received.size() >= room()) {
            overrun = true;
        } else {
            received.add(value);
        }
    }

    /** The pending interrupt of highest priority, as bits 3:0 of IIR. */
    private int pending() {
        if ((ier & IER_LINE) != 0 && overrun) {
            return IIR_LINE;
        }
        if ((ier & IER_DATA) != 0 && !received.isEmpty()) {
            return fifos() && received.size() < TRIGGERS[fcr >> 6] ? IIR_TIMEOUT : IIR_DATA;
        }
        if ((ier & IER_TX) != 0 && txInterrupt) {
            return IIR_TX;
        }
        return (ier & IER_MODEM) != 0 && modemDelta != 0 ? IIR_MODEM : IIR_NONE;
    }

    private void update() {
        irq.set(interrupts());
    }

    /** Whether it pulls its interrupt line up. */
    boolean interrupts() {
        return pending() != IIR_NONE && (mcr & OUT2) != 0;
    }

    /** Bits 7:4 of MSR: in loopback mode the port's own outputs. */
    private static int modemLines(int mcr) {
        return (mcr & LOOP) == 0 ? CONNECTED : (mcr & RTS) << 3 | (mcr & DTR) << 5 | (mcr & OUT1) << 4 | (mcr & OUT2) << 4;
    }

    @Override
    public int read(int port, int size) {
        boolean dlab = (lcr & DLAB) != 0;
        return switch (port - base) {
            case 0 -> dlab ? divisor & 0xFF : readData();
            case 1 -> dlab ? divisor >> 8 : ier;
            case 2 -> readIdentification();
            case 3 -> lcr;
            case 4 -> mcr;
            case 5 -> readLineStatus();
            case 6 -> readModemStatus();
            default -> scratch;
        };
    }

    /** The interrupt goes away before the next byte raises it again: an edge, as with a wire that takes its time. */
    private int readData() {
        Integer value = received.poll();
        update();
        refill();
        update();
        return value == null ? 0 : value;
    }

    private int readIdentification() {
        int id = pending();
        if (id == IIR_TX) {
            txInterrupt = false;
            update();
        }
        return id | (fifos() ? 0xC0 : 0);
    }

    private int readLineStatus() {
        int status = TX_EMPTY | (received.isEmpty() ? 0 : DATA_READY) | (overrun ? OVERRUN : 0);
        overrun = false;
        update();
        return status;
    }

    private int readModemStatus() {
        int status = modemLines(mcr) | modemDelta;
        modemDelta = 0;
        update();
        return status;
    }

    @Override
    public void write(int port, int size, int value) {
        int v = value & 0xFF;
        boolean dlab = (lcr & DLAB) != 0;
        switch (port - base) {
            case 0 -> {
                if (dlab) {
                    divisor = divisor & 0xFF00 | v;
                } else {
                    send(v);
                }
            }
            case 1 -> {
                if (dlab) {
                    divisor = divisor & 0xFF | v << 8;
                } else {
                    txInterrupt |= (v & IER_TX) != 0 && (ier & IER_TX) == 0;
                    ier = v & 15;
                }
            }
            case 2 -> writeFifoControl(v);
            case 3 -> lcr = v;
            case 4 -> writeModemControl(v & 0x1F);
            case 7 -> scratch = v;
            default -> { }
        }
        refill();
        update();
    }

    private void send(int value) {
        if ((mcr & LOOP) != 0) {
            loop(value);
        } else {
            sink.accept(value);
        }
        txInterrupt = true;
    }

    private void writeFifoControl(int value) {
        if (((value ^ fcr) & 1) != 0 || (value & 2) != 0) {
            received.clear();
        }
        fcr = (value & 1) != 0 ? value & 0xC1 : 0;
    }

    private void writeModemControl(int value) {
        int before = modemLines(mcr);
        mcr = value;
        int changed = before ^ modemLines(mcr);
        boolean ringEnds = (changed & before & 0x40) != 0;
        modemDelta |= changed >> 4 & ~4 | (ringEnds ? 4 : 0);
    }
}
