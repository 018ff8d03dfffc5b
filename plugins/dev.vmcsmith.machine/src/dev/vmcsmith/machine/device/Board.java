// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.cpu.MachineStop;
import dev.vmcsmith.machine.cpu.Platform;
import dev.vmcsmith.machine.memory.MmioRegion;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/** All devices of a machine, wired together; the processors see it as their {@link Platform}. */
public final class Board implements Platform {
    private final List<Cpu> cpus;
    private final PhysicalMemory memory;
    private final PortBus ports = new PortBus();
    private final Clock clock;
    private final Pic8259 pic;
    private final IoApic ioApic;
    private final Map<SerialPort, Uart16550> serialPorts = new EnumMap<>(SerialPort.class);
    private final LocalApic[] apics;
    /** Where local APICs lie, by address. */
    private final Map<Long, MmioRegion> apicRegions = new TreeMap<>();
    private long randomState;
    private final List<Saved> saved = new ArrayList<>();
    private Cmos cmos;
    private PowerPorts power;
    private Pit8254 pit;
    private final StateBuffer powerOn = new StateBuffer();
    private PortListener portListener;
    private Cpu running;
    private long runningSince;

    public Board(List<Cpu> cpus, PhysicalMemory memory, SerialPort.Sink serial, IntConsumer console, long seed) {
        this.cpus = cpus;
        this.memory = memory;
        this.randomState = seed;
        this.clock = new Clock(() -> {
            if (running != null) {
                running.attention |= Attention.TIMER;
            }
        });
        this.pic = new Pic8259(level -> {
            if (level) {
                cpus.get(0).attention |= Attention.INTERRUPT;
            }
        });
        this.ioApic = new IoApic(this);
        memory.map(new MmioRegion("I/O APIC", IoApic.BASE, 4096, ioApic));
        for (SerialPort port : SerialPort.values()) {
            InterruptLine line = line(port.irq());
            serialPorts.put(port, new Uart16550(port.base(), value -> serial.accept(port, value),
                    level -> line.set(level || serialInterrupts(port.irq()))));
        }
        this.apics = new LocalApic[cpus.size()];
        for (Cpu cpu : cpus) {
            apics[cpu.id] = new LocalApic(cpu, this);
        }
        apicMoved();
        wirePorts(console);
        devices(powerOn);
    }

    /** The wire of ISA interrupt 0..15, to both kinds of interrupt controller. */
    private InterruptLine line(int irq) {
        InterruptLine toPic = pic.line(irq);
        InterruptLine toIoApic = ioApic.line(irq);
        return level -> {
            toPic.set(level);
            toIoApic.set(level);
        };
    }

    /** Serial ports share interrupts: the line is up while one of them pulls it. */
    private boolean serialInterrupts(int irq) {
        for (SerialPort port : SerialPort.values()) {
            Uart16550 uart = serialPorts.get(port);
            if (port.irq() == irq && uart != null && uart.interrupts()) {
                return true;
            }
        }
        return false;
    }

    private void wirePorts(IntConsumer console) {
        ports.add(0x20, 2, pic);
        ports.add(0xA0, 2, pic);
        ports.add(0x4D0, 2, pic);
        pit = new Pit8254(clock, line(0));
        ports.add(0x40, 4, pit);
        ports.add(0x61, 1, pit);
        cmos = new Cmos(clock, line(8), memory.lowEnd(), memory.highSize(), cpus.size());
        ports.add(0x70, 2, cmos);
        serialPorts.forEach((port, uart) -> ports.add(port.base(), 8, uart));
        FwCfg firmware = new FwCfg(memory.size(), cpus.size());
        ports.add(0x510, 2, firmware);
        PciPorts pci = new PciPorts();
        ports.add(PciPorts.ADDRESS, 1, pci);
        ports.add(PciPorts.DATA, 4, pci);
        ports.add(0xE9, 1, new DebugConsole(console));
        power = new PowerPorts();
        PowerManagement management = new PowerManagement(clock, line(PowerManagement.SCI));
        ports.add(PowerManagement.EVENTS, PowerManagement.PORTS, management);
        saved.addAll(List.of(pic, pit, firmware, management, new TestDevice(this::line, ports, memory), ioApic));
        saved.addAll(serialPorts.values());
        for (int port : PowerPorts.PORTS) {
            ports.add(port, 1, power);
        }
    }

    public Clock clock() {
        return clock;
    }

    public PortBus ports() {
        return ports;
    }

    /** Input for COM1. */
    public void serialInput(int value) {
        serialPorts.get(SerialPort.COM1).receive(value);
    }

    // --- time ------------------------------------------------------------------------------------------------------------------

    /** A processor starts to execute: its instructions move time from now on. */
    public void startSlice(Cpu cpu) {
        running = cpu;
        runningSince = cpu.instructions;
    }

    /** Brings the clock up to date with the running processor. */
    public void endSlice() {
        clock.set(time());
        running = null;
    }

    @Override
    public long time() {
        return running == null ? clock.now() : clock.now() + running.instructions - runningSince;
    }

    /** Makes {@link Clock#now} exact while a processor is running. */
    private void syncClock() {
        if (running != null) {
            clock.set(time());
            runningSince = running.instructions;
        }
    }

    /** Hears of the processors' port accesses. */
    public interface PortListener {
        /** The port has been read, or is about to be written. */
        void used(Cpu cpu, int port, int size, int value, boolean write);
    }

    /** Who hears of port accesses; null for nobody. */
    public void setPortListener(PortListener listener) {
        portListener = listener;
    }

    // --- ports -------------------------------------------------------------------------------------------------------------------

    @Override
    public int portRead(int port, int size) {
        syncClock();
        int value = ports.read(port, size);
        if (portListener != null && running != null) {
            portListener.used(running, port, size, value, false);
        }
        return value;
    }

    @Override
    public void portWrite(int port, int size, int value) {
        syncClock();
        if (portListener != null && running != null) {
            portListener.used(running, port, size, value & (int) (0xFFFFFFFFL >>> 32 - 8 * size), true);
        }
        ports.write(port, size, value);
    }

    // --- interrupts --------------------------------------------------------------------------------------------------------------

    @Override
    public boolean interruptPending(Cpu cpu) {
        LocalApic apic = apics[cpu.id];
        return apic.deliverable() >= 0 || cpu.id == 0 && apic.acceptsExternal() && pic.pending();
    }

    @Override
    public int acknowledgeInterrupt(Cpu cpu) {
        LocalApic apic = apics[cpu.id];
        int vector = apic.acknowledge();
        if (vector < 0 && cpu.id == 0 && apic.acceptsExternal()) {
            vector = pic.acknowledge();
        }
        return vector;
    }

    @Override
    public LocalApicPort apic(Cpu cpu) {
        return apics[cpu.id];
    }

    /** Delivers an interrupt command. */
    void send(LocalApic from, int command, int destination) {
        int vector = command & 0xFF;
        int mode = command >> 8 & 7;
        boolean logical = (command & 0x800) != 0;
        int shorthand = command >> 18 & 3;
        boolean deassert = (command & 0x4000) == 0 && (command & 0x8000) != 0;
        if (mode == 5 && deassert) {
            return;
        }
        LocalApic lowest = null;
        for (LocalApic target : apics) {
            boolean hit = switch (shorthand) {
                case 1 -> target == from;
                case 2 -> true;
                case 3 -> target != from;
                default -> target.matches(destination, logical);
            };
            if (hit && mode != 1) {
                deliver(target, mode, vector);
            } else if (hit && (lowest == null || target.priority() < lowest.priority())) {
                lowest = target;
            }
        }
        if (lowest != null) {
            lowest.accept(vector);
        }
    }

    /** A message from the I/O APIC. */
    void message(int destination, boolean logical, int mode, int vector, boolean level) {
        int wide = destination == 0xFF ? -1 : destination;
        LocalApic lowest = null;
        for (LocalApic target : apics) {
            if (target.matches(target.x2apic() ? wide : destination, logical)) {
                if (mode == 0) {
                    target.accept(vector, level);
                } else if (mode != 1) {
                    deliver(target, mode, vector);
                } else if (lowest == null || target.priority() < lowest.priority()) {
                    lowest = target;
                }
            }
        }
        if (lowest != null) {
            lowest.accept(vector, level);
        }
    }

    /** A local APIC ended a level-triggered interrupt. */
    void endOfInterrupt(int vector) {
        ioApic.endOfInterrupt(vector);
    }

    private static void deliver(LocalApic target, int mode, int vector) {
        Cpu cpu = target.cpu();
        switch (mode) {
            case 0 -> target.accept(vector);
            case 4 -> {
                cpu.nmiPending = true;
                cpu.attention |= Attention.NMI;
            }
            case 5 -> {
                cpu.initPending = true;
                cpu.attention |= Attention.INIT;
            }
            case 6 -> {
                cpu.sipiVector = vector;
                cpu.attention |= Attention.SIPI;
            }
            default -> { }
        }
    }

    /** INIT resets the local APIC but for its identity, base and mode. */
    public void resetApic(Cpu cpu) {
        apics[cpu.id].reset();
    }

    @Override
    public void initialized(Cpu cpu) {
        resetApic(cpu);
        if (cpu.id == 0) {
            throw new MachineStop(new StopReason.Reset("INIT of processor 0", StopReason.Reset.Scope.BOOTSTRAP_PROCESSOR));
        }
    }

    /**
     * Devices as after power-on; time goes on, CMOS keeps what it holds.
     *
     * @param all not for a reset of the processors, of which the ports that made it still tell
     */
    public void reset(boolean all) {
        clock.disarmAll();
        devices(powerOn.rewind());
        pit.arm();
        cmos.reset();
        power.reset(all);
        apicMoved();
    }

    /** What the software left in CMOS for the firmware to do after a reset; asking clears it. */
    public int takeShutdownCode() {
        return cmos.takeShutdownCode();
    }

    // --- APIC page -----------------------------------------------------------------------------------------------------------------

    /** A processor has changed its APIC base or mode. */
    void apicMoved() {
        Set<Long> wanted = cpus.stream().filter(Board::inXapicMode).map(Board::apicBase).collect(Collectors.toSet());
        for (Long base : List.copyOf(apicRegions.keySet())) {
            if (!wanted.contains(base)) {
                memory.unmap(apicRegions.remove(base));
            }
        }
        for (Long base : wanted) {
            if (!apicRegions.containsKey(base)) {
                MmioRegion region = new MmioRegion("local APIC", base, 4096, new ApicPage(base));
                apicRegions.put(base, region);
                memory.map(region);
            }
        }
    }

    private static boolean inXapicMode(Cpu cpu) {
        return (cpu.msr.apicBase & 0xC00) == 0x800;
    }

    private static long apicBase(Cpu cpu) {
        return cpu.msr.apicBase & 0x000FFFFFFFFFF000L;
    }

    /** The page at which one or several processors have their APIC; for the others there is what lies beneath. */
    private final class ApicPage implements MmioRegion.Handler {
        private final long base;

        ApicPage(long base) {
            this.base = base;
        }

        private boolean has(int cpu) {
            return inXapicMode(cpus.get(cpu)) && apicBase(cpus.get(cpu)) == base;
        }

        @Override
        public long read(int cpu, long offset, int size) {
            if (!has(cpu)) {
                return memory.readRam(base + offset, size);
            }
            syncClock();
            long value = apics[cpu].read((int) offset >> 4) & 0xFFFFFFFFL;
            return (offset & 15) < 4 ? value >>> 8 * (offset & 3) & -1L >>> 64 - 8 * size : 0;
        }

        @Override
        public void write(int cpu, long offset, int size, long value) {
            if (!has(cpu)) {
                memory.writeRam(base + offset, size, value);
                return;
            }
            syncClock();
            if ((offset & 15) == 0) {
                apics[cpu].write((int) offset >> 4, (int) value);
            }
        }
    }

    // --- the rest --------------------------------------------------------------------------------------------------------------------

    @Override
    public void shutdown(Cpu cpu, String why) {
        throw new MachineStop(new StopReason.TripleFault(why));
    }

    @Override
    public long random() {
        randomState += 0x9E3779B97F4A7C15L;
        long z = (randomState ^ randomState >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Saves or loads what a reset brings back to power-on. */
    private void devices(StateBuffer s) {
        for (LocalApic apic : apics) {
            apic.exchange(s);
        }
        saved.forEach(device -> device.exchange(s));
    }

    /** Saves or loads all devices and the time. */
    public void exchange(StateBuffer s) {
        clock.exchange(s);
        randomState = s.of(randomState);
        cmos.exchange(s);
        power.exchange(s);
        devices(s);
        if (s.loading()) {
            apicMoved();
        }
    }
}
