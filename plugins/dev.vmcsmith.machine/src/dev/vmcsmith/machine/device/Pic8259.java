// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/** The pair of 8259 interrupt controllers at 0x20 and 0xA0, cascaded on line 2, with the edge/level registers at 0x4D0. */
public final class Pic8259 implements PortDevice, Saved {
    private static final int CASCADE = 2;
    /** Inputs that may be level-triggered: not the timer, the keyboard, the cascade, the clock and the FPU error. */
    private static final int LEVEL_ABLE = 0xDEF8;

    private final Chip master = new Chip(1 << CASCADE);
    private final Chip slave = new Chip(0);
    private final InterruptLine output;

    /** @param output towards the processors: level of INTR */
    public Pic8259(InterruptLine output) {
        this.output = output;
        master.firmware(8, 0xB8);
        slave.firmware(0x70, 0x8F);
    }

    /** The wire of IRQ 0..15. */
    public InterruptLine line(int irq) {
        Chip chip = irq < 8 ? master : slave;
        return level -> {
            chip.line(irq & 7, level);
            update();
        };
    }

    public boolean pending() {
        return master.highest() >= 0;
    }

    /** The INTA cycle: the vector; a spurious one (7) when nothing is pending. */
    public int acknowledge() {
        int irq = master.highest();
        int vector;
        if (irq == CASCADE) {
            master.accept(CASCADE);
            int s = slave.highest();
            vector = s < 0 ? slave.base + 7 : slave.base + s;
            if (s >= 0) {
                slave.accept(s);
            }
        } else if (irq >= 0) {
            master.accept(irq);
            vector = master.base + irq;
        } else {
            vector = master.base + 7;
        }
        update();
        return vector;
    }

    @Override
    public void exchange(StateBuffer s) {
        master.exchange(s);
        slave.exchange(s);
    }

    private void update() {
        master.line(CASCADE, slave.highest() >= 0);
        output.set(master.highest() >= 0);
    }

    @Override
    public int read(int port, int size) {
        if (port >= 0x4D0) {
            return port == 0x4D0 ? master.levels : slave.levels;
        }
        Chip chip = port < 0x40 ? master : slave;
        if (chip.polled) {
            int answer = poll(chip);
            update();
            return answer;
        }
        return (port & 1) != 0 ? chip.mask : chip.readIsr ? chip.inService : chip.requests;
    }

    /** The answer to a poll command, which acknowledges as an INTA cycle does: bit 7 and the input, or 0. */
    private static int poll(Chip chip) {
        chip.polled = false;
        int irq = chip.highest();
        if (irq < 0) {
            return 0;
        }
        chip.accept(irq);
        return 0x80 | irq;
    }

    @Override
    public void write(int port, int size, int value) {
        if (port >= 0x4D0) {
            (port == 0x4D0 ? master : slave).levels = value & (port == 0x4D0 ? LEVEL_ABLE : LEVEL_ABLE >> 8);
        } else {
            Chip chip = port < 0x40 ? master : slave;
            if ((port & 1) != 0) {
                chip.data(value & 0xFF);
            } else {
                chip.command(value & 0xFF);
            }
        }
        update();
    }

    /** One 8259. */
    private static final class Chip {
        /** Inputs with a chip behind them. */
        private final int cascaded;
        private int requests;
        private int lines;
        private int inService;
        private int mask = 0xFF;
        private int base;
        private int levels;
        private int initStep;
        private boolean needIcw3;
        private boolean needIcw4;
        /** All inputs are level-triggered, whatever the edge/level register says. */
        private boolean levelMode;
        /** A chip behind an input may interrupt its own service with something of higher priority. */
        private boolean fullyNested;
        private boolean autoEoi;
        private boolean readIsr;
        private boolean polled;
        private boolean specialMask;
        private boolean rotateOnAutoEoi;
        /** The input of lowest priority; the one behind it has the highest. */
        private int lowest = 7;

        Chip(int cascaded) {
            this.cascaded = cascaded;
        }

        /** As the firmware of a PC leaves it. */
        void firmware(int vector, int masked) {
            base = vector;
            mask = masked;
        }

        void exchange(StateBuffer s) {
            requests = s.of(requests);
            lines = s.of(lines);
            inService = s.of(inService);
            mask = s.of(mask);
            base = s.of(base);
            levels = s.of(levels);
            initStep = s.of(initStep);
            needIcw3 = s.of(needIcw3);
            needIcw4 = s.of(needIcw4);
            levelMode = s.of(levelMode);
            fullyNested = s.of(fullyNested);
            autoEoi = s.of(autoEoi);
            readIsr = s.of(readIsr);
            polled = s.of(polled);
            specialMask = s.of(specialMask);
            rotateOnAutoEoi = s.of(rotateOnAutoEoi);
            lowest = s.of(lowest);
        }

        private boolean byLevel(int bit) {
            return levelMode || (levels & bit) != 0;
        }

        void line(int irq, boolean level) {
            int bit = 1 << irq;
            if (level) {
                if ((lines & bit) == 0 || byLevel(bit)) {
                    requests |= bit;
                }
                lines |= bit;
            } else {
                lines &= ~bit;
                if (byLevel(bit) || (cascaded & bit) != 0) {
                    requests &= ~bit;
                }
            }
        }

        /** The request to be served now: above everything in service; -1 for none. */
        int highest() {
            int open = requests & ~mask;
            if (open == 0) {
                return -1;
            }
            int served = specialMask ? inService & ~mask : inService;
            served &= fullyNested ? ~cascaded : -1;
            int rank = rank(open);
            return rank < rank(served) ? input(rank) : -1;
        }

        /** The best rank in a set of inputs, 0 for the highest priority; 8 for the empty set. */
        private int rank(int set) {
            int turned = (set | set << 8) >> lowest + 1 & 0xFF;
            return turned == 0 ? 8 : Integer.numberOfTrailingZeros(turned);
        }

        private int input(int rank) {
            return rank + lowest + 1 & 7;
        }

        void accept(int irq) {
            int bit = 1 << irq;
            if (!byLevel(bit)) {
                requests &= ~bit;
            }
            if (!autoEoi) {
                inService |= bit;
            } else if (rotateOnAutoEoi) {
                lowest = irq;
            }
        }

        void command(int value) {
            if ((value & 0x10) != 0) {
                initStep = 1;
                needIcw4 = (value & 1) != 0;
                needIcw3 = (value & 2) == 0;
                levelMode = (value & 8) != 0;
                fullyNested = false;
                mask = 0;
                inService = 0;
                requests = 0;
                autoEoi = false;
                readIsr = false;
                polled = false;
                specialMask = false;
                rotateOnAutoEoi = false;
                lowest = 7;
            } else if ((value & 8) != 0) {
                polled = (value & 4) != 0;
                if ((value & 2) != 0) {
                    readIsr = (value & 1) != 0;
                }
                if ((value & 0x40) != 0) {
                    specialMask = (value & 0x20) != 0;
                }
            } else {
                operation(value >> 5, value & 7);
            }
        }

        /** OCW2: ends of interrupt and rotations. */
        private void operation(int code, int level) {
            boolean rotate = (code & 4) != 0;
            boolean specific = (code & 2) != 0;
            boolean end = (code & 1) != 0;
            int irq = specific ? level : input(rank(inService) & 7);
            if (end && (specific || inService != 0)) {
                inService &= ~(1 << irq);
                if (rotate) {
                    lowest = irq;
                }
            } else if (!end && specific && rotate) {
                lowest = level;
            } else if (!end && !specific) {
                rotateOnAutoEoi = rotate;
            }
        }

        void data(int value) {
            switch (initStep) {
                case 1 -> {
                    base = value & 0xF8;
                    initStep = needIcw3 ? 2 : needIcw4 ? 3 : 0;
                }
                case 2 -> initStep = needIcw4 ? 3 : 0;
                case 3 -> {
                    autoEoi = (value & 2) != 0;
                    fullyNested = (value & 0x10) != 0;
                    initStep = 0;
                }
                default -> mask = value;
            }
        }
    }
}
