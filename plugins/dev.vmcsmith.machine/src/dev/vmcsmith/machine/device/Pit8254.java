// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/**
 * The 8254 timer at 0x40..0x43 and the gate and output of channel 2 at port 0x61. The gates of channels 0 and 1 are high. Channel 0
 * ticks at 18.2 Hz as firmware leaves it.
 */
public final class Pit8254 implements PortDevice, Saved {
    private static final int GATE_AND_SPEAKER = 0x61, CONTROL = 0x43;
    private static final long HZ = 1_193_182;
    private static final long SECOND = 1_000_000_000L;
    private static final long REFRESH = 15_000;

    private final Clock clock;
    private final InterruptLine irq0;
    private final Clock.Timer timer;
    private final PitChannel[] channels = {new PitChannel(true), new PitChannel(true), new PitChannel(false)};
    private boolean speaker;

    public Pit8254(Clock clock, InterruptLine irq0) {
        this.clock = clock;
        this.irq0 = irq0;
        this.timer = clock.timer(this::rise);
        channels[0].loadLargest(0);
        arm();
    }

    private long ticks() {
        long now = clock.now();
        return now / SECOND * HZ + now % SECOND * HZ / SECOND;
    }

    /** The first nanosecond of a tick. */
    private static long nanos(long tick) {
        return tick / HZ * SECOND + Math.ceilDiv(tick % HZ * SECOND, HZ);
    }

    @Override
    public void exchange(StateBuffer s) {
        speaker = s.of(speaker);
        for (PitChannel channel : channels) {
            channel.exchange(s);
        }
    }

    /** The output of channel 0 rises. */
    private void rise() {
        irq0.set(false);
        irq0.set(true);
        arm();
    }

    /** Waits for the next rise of the output of channel 0. */
    void arm() {
        long rise = channels[0].nextRise(ticks());
        if (rise == Long.MAX_VALUE) {
            clock.disarm(timer);
        } else {
            clock.arm(timer, nanos(rise));
        }
    }

    @Override
    public int read(int port, int size) {
        if (port == GATE_AND_SPEAKER) {
            PitChannel c = channels[2];
            return (c.gate() ? 1 : 0) | (speaker ? 2 : 0) | (int) (clock.now() / REFRESH & 1) << 4 | (c.output(ticks()) ? 0x20 : 0);
        }
        return port == CONTROL ? 0xFF : channels[port & 3].read(ticks());
    }

    @Override
    public void write(int port, int size, int value) {
        long now = ticks();
        if (port == GATE_AND_SPEAKER) {
            speaker = (value & 2) != 0;
            channels[2].gate((value & 1) != 0, now);
        } else if (port != CONTROL) {
            channels[port & 3].data(value & 0xFF, now);
            changed(port & 3, now);
        } else if ((value >> 6 & 3) == 3) {
            readBack(value, now);
        } else {
            channels[value >> 6 & 3].control(value & 0x3F, now);
            if ((value & 0x30) != 0) {
                changed(value >> 6 & 3, now);
            }
        }
    }

    private void changed(int channel, long now) {
        if (channel == 0) {
            irq0.set(channels[0].output(now));
            arm();
        }
    }

    /** The read-back command: latches counts, states, or both, of several channels. */
    private void readBack(int command, long now) {
        for (int n = 0; n < channels.length; n++) {
            if ((command >> n + 1 & 1) != 0) {
                if ((command & 0x20) == 0) {
                    channels[n].latchCount(now);
                }
                if ((command & 0x10) == 0) {
                    channels[n].latchStatus(now);
                }
            }
        }
    }
}
