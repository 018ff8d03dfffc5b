// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/** The 8254 timer at 0x40..0x43 and the gate and output of channel 2 at port 0x61. Channel 0 ticks at 18.2 Hz as firmware leaves it. */
public final class Pit8254 implements PortDevice, Saved {
    private static final long HZ = 1_193_182;
    private static final long SECOND = 1_000_000_000L;

    private final Clock clock;
    private final InterruptLine irq0;
    private final Clock.Timer timer;
    private final Channel[] channels = {new Channel(), new Channel(), new Channel()};
    private boolean speaker;

    public Pit8254(Clock clock, InterruptLine irq0) {
        this.clock = clock;
        this.irq0 = irq0;
        this.timer = clock.timer(this::tick);
        channels[2].gate = false;
        channels[0].loaded = true;
        clock.arm(timer, ticksToNanos(channels[0].period()));
    }

    /** The first nanosecond at which so many ticks have passed. */
    private static long ticksToNanos(long ticks) {
        return Math.ceilDiv(ticks * SECOND, HZ);
    }

    @Override
    public void exchange(StateBuffer s) {
        speaker = s.of(speaker);
        for (Channel c : channels) {
            c.exchange(s);
        }
    }

    private void tick() {
        irq0.set(false);
        irq0.set(true);
        Channel c = channels[0];
        if (c.mode == 2 || c.mode == 3) {
            clock.arm(timer, c.start + ticksToNanos(periods(c) * c.period()));
        }
    }

    private long periods(Channel c) {
        return elapsed(c) / c.period() + 1;
    }

    private long elapsed(Channel c) {
        return Math.multiplyHigh(clock.now() - c.start, HZ) != 0 ? 0 : (clock.now() - c.start) * HZ / SECOND;
    }

    private int count(Channel c) {
        if (!c.loaded) {
            return 0;
        }
        long e = elapsed(c);
        return switch (c.mode) {
            case 2 -> (int) (c.period() - e % c.period());
            case 3 -> (int) (c.period() - 2 * e % c.period()) & ~1;
            default -> (int) (c.period() - e) & 0xFFFF;
        };
    }

    private boolean output(Channel c) {
        if (!c.loaded) {
            return c.mode != 0;
        }
        long e = elapsed(c);
        return switch (c.mode) {
            case 0, 1 -> e >= c.period();
            case 3 -> e % c.period() < (c.period() + 1) / 2;
            default -> true;
        };
    }

    @Override
    public int read(int port, int size) {
        if (port == 0x61) {
            Channel c = channels[2];
            return (c.gate ? 1 : 0) | (speaker ? 2 : 0) | (int) (clock.now() / 15_000 & 1) << 4 | (output(c) ? 0x20 : 0);
        }
        if (port == 0x43) {
            return 0xFF;
        }
        Channel c = channels[port & 3];
        if (c.statusLatched) {
            c.statusLatched = false;
            return (output(c) ? 0x80 : 0) | c.access << 4 | c.mode << 1;
        }
        int value = c.latched >= 0 ? c.latched : count(c);
        boolean high = c.access == 2 || c.access == 3 && c.readHigh;
        if (c.access == 3) {
            c.readHigh = !c.readHigh;
            if (high) {
                c.latched = -1;
            }
        } else {
            c.latched = -1;
        }
        return (high ? value >> 8 : value) & 0xFF;
    }

    @Override
    public void write(int port, int size, int value) {
        if (port == 0x61) {
            speaker = (value & 2) != 0;
            boolean gate = (value & 1) != 0;
            if (gate && !channels[2].gate && channels[2].loaded) {
                channels[2].start = clock.now();
            }
            channels[2].gate = gate;
        } else if (port == 0x43) {
            control(value & 0xFF);
        } else {
            data(port & 3, value & 0xFF);
        }
    }

    private void control(int value) {
        if (value >> 6 == 3) {
            for (int n = 0; n < 3; n++) {
                if ((value >> n + 1 & 1) != 0) {
                    if ((value & 0x20) == 0 && channels[n].latched < 0) {
                        channels[n].latched = count(channels[n]) & 0xFFFF;
                    }
                    channels[n].statusLatched |= (value & 0x10) == 0;
                }
            }
            return;
        }
        Channel c = channels[value >> 6];
        int access = value >> 4 & 3;
        if (access == 0) {
            if (c.latched < 0) {
                c.latched = count(c) & 0xFFFF;
            }
            return;
        }
        c.access = access;
        c.mode = value >> 1 & 7;
        if (c.mode > 5) {
            c.mode -= 4;
        }
        c.loaded = false;
        c.writeHigh = false;
        c.readHigh = false;
        c.latched = -1;
        if (c == channels[0]) {
            clock.disarm(timer);
            irq0.set(c.mode != 0);
        }
    }

    private void data(int n, int value) {
        Channel c = channels[n];
        if (c.access == 3 && !c.writeHigh) {
            c.reload = value;
            c.writeHigh = true;
            return;
        }
        c.reload = c.access == 3 ? c.reload & 0xFF | value << 8 : c.access == 2 ? value << 8 : value;
        c.writeHigh = false;
        c.loaded = true;
        c.start = clock.now();
        if (n == 0) {
            if (c.mode == 0) {
                irq0.set(false);
            }
            clock.arm(timer, c.start + ticksToNanos(c.period()));
        }
    }

    /** One counter. */
    private static final class Channel {
        private int mode = 3;
        private int access = 3;
        private int reload;
        private boolean loaded;
        private boolean gate = true;
        private boolean writeHigh;
        private boolean readHigh;
        private boolean statusLatched;
        private int latched = -1;
        private long start;

        void exchange(StateBuffer s) {
            mode = s.of(mode);
            access = s.of(access);
            reload = s.of(reload);
            loaded = s.of(loaded);
            gate = s.of(gate);
            writeHigh = s.of(writeHigh);
            readHigh = s.of(readHigh);
            statusLatched = s.of(statusLatched);
            latched = s.of(latched);
            start = s.of(start);
        }

        long period() {
            return reload == 0 ? 0x10000 : reload;
        }
    }
}
