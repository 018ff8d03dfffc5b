// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.machine.boot.FlatBinary;
import dev.vmcsmith.machine.boot.LinuxBoot;
import dev.vmcsmith.machine.boot.Multiboot;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import dev.vmcsmith.machine.device.Board;
import dev.vmcsmith.machine.engine.Engine;
import dev.vmcsmith.machine.engine.InstructionSet;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.machine.engine.RunLoop;
import dev.vmcsmith.machine.engine.InsnBinder;
import dev.vmcsmith.machine.engine.interpreter.Interpreter;
import dev.vmcsmith.machine.engine.jit.Jit;
import dev.vmcsmith.machine.event.Reset;
import dev.vmcsmith.machine.isa.Isa;
import dev.vmcsmith.machine.isa.Msrs;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.machine.mmu.Mmu;
import dev.vmcsmith.machine.mmu.PageWalk;
import dev.vmcsmith.machine.mmu.PageWalker;
import dev.vmcsmith.machine.mmu.PagingState;
import dev.vmcsmith.machine.snapshot.Snapshot;
import dev.vmcsmith.machine.snapshot.Snapshots;
import dev.vmcsmith.machine.vmx.MachineCapabilities;
import dev.vmcsmith.machine.vmx.Vmcs;
import dev.vmcsmith.machine.vmx.Vmx;
import dev.vmcsmith.machine.vmx.VmxInstructions;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * A machine: processors with VMX, memory, devices. Build one, {@link #load} an image, {@link #run} it. Everything but
 * {@link #requestPause} belongs to one thread.
 *
 * <pre>{@code
 * Machine machine = Machine.builder().profile("skylake").memory(64 << 20).serial(System.out::write).build();
 * machine.load(ImageSources.read(file, ImageOptions.NONE), "report");
 * StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(1_000_000_000));
 * }</pre>
 */
public final class Machine {
    private static final SemanticsSource[] SOURCES = {new Isa(), new VmxInstructions()};

    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;
    private final List<Cpu> cpus = new ArrayList<>();
    private final List<Vmx> vmx = new ArrayList<>();
    private final Board board;
    private final RunLoop loop;
    private final Observers observers;
    private final FieldWatcher fieldWatcher;
    private final MachineVmxHost host;
    private final Snapshots snapshots;
    private final Restart restart;

    private Machine(Builder b) {
        memory = new PhysicalMemory(b.memory);
        ProfileModel model = new ProfileModel(b.profile);
        capabilities = model.capabilities();
        for (int n = 0; n < b.cpus; n++) {
            Cpu cpu = new Cpu(n);
            cpu.model = model;
            cpu.mmu = new Mmu(cpu, memory);
            cpus.add(cpu);
        }
        observers = new Observers();
        board = new Board(cpus, memory, (port, value) -> {
            if (port == SerialPort.COM1 && !observers.muted()) {
                b.serial.accept(value);
            }
            observers.onSerial(port, value);
        }, observers::onDebugConsole, b.seed);
        loop = new RunLoop(cpus, b.engine(memory, new InsnBinder(List.of(SOURCES), new InstructionSet(model))), board);
        fieldWatcher = new FieldWatcher(n -> vmx.isEmpty() ? null : vmx.get(n).current(), b.cpus);
        observers.attach(loop, fieldWatcher);
        memory.setWatcher((watch, address, size, write) ->
                loop.stopAfterInstruction(new StopReason.MemoryUse(loop.currentCpu(), watch, address, size, write)));
        host = new MachineVmxHost(loop, observers);
        for (Cpu cpu : cpus) {
            cpu.platform = board;
            if (model.has(1, 0, 2, 5)) {
                vmx.add(new Vmx(cpu, capabilities, memory, host));
            }
            Reset.powerUp(cpu, cpu.id == 0 ? Activity.ACTIVE : Activity.WAIT_FOR_SIPI);
        }
        snapshots = new Snapshots(memory, cpus, vmx, board, loop);
        restart = new Restart(cpus, vmx, board, memory);
    }

    public static Builder builder() {
        return new Builder();
    }

    // --- running -----------------------------------------------------------------------------------------------------------------

    /**
     * Loads a multiboot image or a Linux kernel and sets processor 0 to its entry point, as a boot loader does.
     *
     * @throws IllegalArgumentException when the image cannot be booted on this machine, with what to do
     */
    public void load(BootImage image, String commandLine) {
        load(image, commandLine, List.of());
    }

    /**
     * The same with boot modules, which lie on pages of their own behind a multiboot image, or are the initial RAM disk of a kernel.
     *
     * @throws IllegalArgumentException when the image or a module cannot be booted on this machine, with what to do
     */
    public void load(BootImage image, String commandLine, List<BootModule> modules) {
        restart.setBoot(() -> image.linux().ifPresentOrElse(
                header -> LinuxBoot.boot(image, header, commandLine, modules, memory, cpus.get(0)),
                () -> Multiboot.boot(image, commandLine, modules, memory, cpus.get(0))));
    }

    /**
     * Loads a binary without any header and sets processor 0 to its first byte. The stack grows down from the binary; interrupts are off.
     *
     * @param address physical address of the first byte
     * @throws IllegalArgumentException when it does not fit into this machine or mode, with what to do
     */
    public void loadFlat(byte[] code, long address, FlatMode mode) {
        restart.setBoot(() -> FlatBinary.boot(code, address, mode, memory, cpus.get(0)));
    }

    /**
     * Whether a reset or a triple fault loads the program again and goes on, as a PC does; memory that the program does not load keeps
     * what it holds. Without it, which is the default, they end the run. Either way a reset after which CMOS tells where to go on does
     * so.
     */
    public void setReboots(boolean on) {
        restart.setBoots(on);
    }

    /** Runs until the condition or one of the ends that every run has. Never throws for what the guest does. */
    public StopReason run(StopCondition condition) {
        memory.watch(condition.watches());
        fieldWatcher.begin(condition.fieldWatches());
        try {
            return explain(runOn(condition));
        } catch (OutOfMemoryError e) {
            return new StopReason.Unsupported("the guest touched more memory than this Java VM has; start it with a larger -Xmx");
        } catch (RuntimeException | StackOverflowError e) {
            StackTraceElement[] trace = e.getStackTrace();
            return new StopReason.Unsupported("internal error: " + e + (trace.length > 0 ? " at " + trace[0] : ""));
        }
    }

    /** Runs across resets. One that comes before any instruction has been completed since the last would come for ever. */
    private StopReason runOn(StopCondition condition) {
        long end = condition.maxInstructions();
        long begin = loop.instructionCount();
        StopReason reason = loop.run(condition);
        while (restart.after(reason)) {
            observers.onReset(reason);
            long before = loop.instructionCount();
            if (before - begin >= end) {
                return new StopReason.InstructionLimit(end);
            }
            reason = loop.run(condition.withMaxInstructions(end - (before - begin)));
            if (loop.instructionCount() == before && reason instanceof StopReason.TripleFault) {
                return reason;
            }
        }
        return reason instanceof StopReason.InstructionLimit ? new StopReason.InstructionLimit(end) : reason;
    }

    /** Executes one instruction of the processor whose turn it is. */
    public StopReason step() {
        StopReason reason = run(StopCondition.NONE.withMaxInstructions(1));
        return reason instanceof StopReason.InstructionLimit ? new StopReason.StepDone() : reason;
    }

    /** Makes a run in another thread end soon with {@link StopReason.Paused}. */
    public void requestPause() {
        loop.requestPause();
    }

    /** Instructions completed by all processors. */
    public long instructionCount() {
        return loop.instructionCount();
    }

    private StopReason explain(StopReason reason) {
        if (reason instanceof StopReason.TripleFault) {
            Cpu cpu = cpus.get(loop.currentCpu());
            if (cpu.lastFault != null && cpu.lastFault.vector == CpuFault.UD) {
                byte[] bytes = new byte[15];
                int n = readLinear(cpu.id, cpu.rip + cpu.seg[Cpu.CS].effectiveBase & cpu.linearMask, bytes, 0, bytes.length);
                return new StopReason.UnknownInstruction(cpu.rip, java.util.Arrays.copyOf(bytes, n), "#UD without a handler");
            }
        }
        return reason;
    }

    // --- going back -----------------------------------------------------------------------------------------------------------------

    /** Remembers this instant. Costs a copy of each page that is written afterwards. */
    public Snapshot snapshot() {
        return snapshots.take(host.exits());
    }

    /**
     * Goes to a snapshot: back, or forward again to one that was taken later. Whoever then changes the state drops those that are not true
     * any more.
     *
     * @throws IllegalStateException when the snapshot has been dropped
     */
    public void restore(Snapshot snapshot) {
        snapshots.restore(snapshot);
        host.setExits(snapshot.exits());
    }

    /** Forgets a snapshot. */
    public void drop(Snapshot snapshot) {
        snapshots.drop(snapshot);
    }

    /**
     * Goes back to the instant at which this many instructions had been completed: to the latest snapshot before it, then forward
     * again with observers and serial output mute. A run repeats exactly.
     *
     * @return false when there is no snapshot before that instant
     */
    public boolean reverseTo(long instructionCount) {
        Snapshot from = snapshots.before(instructionCount);
        if (from == null) {
            return false;
        }
        restore(from);
        observers.mute(true);
        try {
            while (loop.instructionCount() < instructionCount) {
                StopReason reason = run(StopCondition.NONE.withMaxInstructions(instructionCount - loop.instructionCount()));
                if (!(reason instanceof StopReason.InstructionLimit) && !(reason instanceof StopReason.Paused)) {
                    break;
                }
            }
        } finally {
            observers.mute(false);
        }
        return true;
    }

    // --- looking and changing ------------------------------------------------------------------------------------------------------

    /** Number of processors. */
    public int cpus() {
        return cpus.size();
    }

    /** The state of a processor. Whoever changes mode bits, control or segment registers calls {@link Cpu#stateChanged()} afterwards. */
    public Cpu cpu(int number) {
        return cpus.get(number);
    }

    /** The processor whose turn it is. */
    public Cpu currentCpu() {
        return cpus.get(loop.currentCpu());
    }

    public PhysicalMemory memory() {
        return memory;
    }

    /** What RDMSR would read outside VMX non-root operation; empty when the processor has no such MSR. */
    public OptionalLong readMsr(int cpu, int msr) {
        try {
            return OptionalLong.of(Msrs.read(cpus.get(cpu), msr));
        } catch (CpuFault fault) {
            return OptionalLong.empty();
        }
    }

    /**
     * Reads by linear address with the processor's current translation, through EPT in non-root operation; no side effects.
     *
     * @return number of bytes read before the first that is not mapped
     */
    public int readLinear(int cpu, long linear, byte[] into, int offset, int length) {
        return copyLinear(cpu, linear, into, offset, length, false);
    }

    /** Writes by linear address whatever the page's rights say; returns the number of bytes written. */
    public int writeLinear(int cpu, long linear, byte[] from, int offset, int length) {
        return copyLinear(cpu, linear, from, offset, length, true);
    }

    private int copyLinear(int cpu, long linear, byte[] bytes, int offset, int length, boolean write) {
        Cpu c = cpus.get(cpu);
        PageWalker walker = pageWalker();
        PagingState state = PagingState.live(c, null).privileged();
        int done = 0;
        while (done < length) {
            long at = linear + done & c.linearMask;
            int n = Math.min(length - done, 4096 - ((int) at & 0xFFF));
            long physical = walker.linear(state, at, Access.READ).physical();
            if (physical == -1 || !memory.isRam(physical)) {
                break;
            }
            if (write) {
                memory.write(physical, bytes, offset + done, n);
            } else {
                memory.read(physical, bytes, offset + done, n);
            }
            done += n;
        }
        if (write) {
            c.attention |= Attention.BLOCK;
        }
        return done;
    }

    /** Explains the translation of a linear address; {@code access} is one of {@link Access}. */
    public PageWalk walk(int cpu, long linear, int access) {
        PagingState state = PagingState.live(cpus.get(cpu), currentVmcs(cpu).orElse(null));
        return pageWalker().linear(state, linear, access);
    }

    /** Explains translations under any paging state, of this machine's memory and with its capabilities. */
    public PageWalker pageWalker() {
        return new PageWalker(memory, capabilities);
    }

    /** The VMX capabilities of the processors. */
    public VmxCapabilities capabilities() {
        return capabilities;
    }

    /** The current VMCS of a processor; empty without one. */
    public Optional<VmcsView> currentVmcs(int cpu) {
        return vmx.isEmpty() ? Optional.empty() : Optional.ofNullable(vmx.get(cpu).current());
    }

    /** Physical address of the current VMCS, or -1. */
    public long currentVmcsPointer(int cpu) {
        return vmx.isEmpty() ? -1 : vmx.get(cpu).currentPointer();
    }

    /** The fields of the VMCS in a region, whether it is current on a processor or not. Looks at no revision identifier. */
    public VmcsView vmcs(long address) {
        return copyOf(address);
    }

    /** Whether VMLAUNCH of the VMCS in a region has succeeded since its VMCLEAR. */
    public boolean launched(long address) {
        return copyOf(address).launched();
    }

    /** Whether the region holds a shadow VMCS. */
    public boolean shadow(long address) {
        return copyOf(address).shadow();
    }

    private Vmcs copyOf(long address) {
        return holder(address).orElseGet(this::anyVmx).copy(address);
    }

    /** Changes a field of the VMCS in a region, whether it is current on a processor or not. */
    public void writeVmcs(long address, VmcsField field, long value) {
        holder(address).orElseGet(this::anyVmx).write(address, field, value);
    }

    private Optional<Vmx> holder(long address) {
        return vmx.stream().filter(one -> one.currentPointer() == address).findFirst();
    }

    private Vmx anyVmx() {
        if (vmx.isEmpty()) {
            throw new IllegalStateException("the processor has no VMX");
        }
        return vmx.get(0);
    }

    /** Changes a field of the current VMCS. In non-root operation it takes effect at the next VM entry. */
    public void writeVmcs(int cpu, VmcsField field, long value) {
        anyVmx();
        vmx.get(cpu).write(field, value);
    }

    /** Whether the processor has a VMCS field. */
    public boolean vmcsFieldExists(int cpu, VmcsField field) {
        return !vmx.isEmpty() && vmx.get(cpu).exists(field);
    }

    /** Rows of the instruction table that raise #UD because this machine has no semantics for them. */
    public static List<InstructionForm> missingInstructions() {
        return new InsnBinder(List.of(SOURCES), UnaryOperator.identity()).missing(InstructionTable.get().forms());
    }

    /** VMX controls that a profile offers and a machine with it does not, because the machine lacks what they are about. */
    public static List<ControlBit> withheldControls(CpuProfile profile) {
        return MachineCapabilities.withheld(profile.capabilities(), new ProfileModel(profile).capabilities());
    }

    /** A byte arrives at COM1. */
    public void serialInput(int value) {
        board.serialInput(value);
    }

    public void addObserver(MachineObserver observer) {
        observers.add(observer);
        observeAccesses();
    }

    public void removeObserver(MachineObserver observer) {
        observers.remove(observer);
        observeAccesses();
    }

    /** Accesses are reported only while somebody listens. */
    private void observeAccesses() {
        boolean wanted = !observers.empty();
        board.setPortListener(wanted ? observers::onPortIo : null);
        memory.setDeviceListener(wanted ? (cpu, address, size, value, write) ->
            observers.onDeviceMemory(cpus.get(cpu), address, size, value, write) : null);
        for (Cpu cpu : cpus) {
            cpu.mmu.setWalkListener(wanted ? observers::onPageWalk : null);
        }
    }

    /** Collects what a machine is made of. */
    public static final class Builder {
        private CpuProfile profile;
        private long memory = 64L << 20;
        private int cpus = 1;
        private long seed = 1;
        private int compileAfter = 3000;
        private IntConsumer serial = value -> { };

        private Builder() {
        }

        public Builder profile(CpuProfile cpu) {
            profile = cpu;
            return this;
        }

        /** @throws IllegalArgumentException when there is no bundled profile with this name, listing those there are */
        public Builder profile(String name) {
            profile = CpuProfiles.named(name);
            if (profile == null) {
                throw new IllegalArgumentException("there is no CPU profile " + name + "; bundled profiles are "
                    + String.join(", ", CpuProfiles.names()));
            }
            return this;
        }

        /** Bytes of memory, a multiple of 4 KiB. */
        public Builder memory(long bytes) {
            memory = bytes;
            return this;
        }

        /** Number of processors, 1 to 64. */
        public Builder cpus(int count) {
            if (count < 1 || count > 64) {
                throw new IllegalArgumentException("a machine has 1 to 64 processors, not " + count);
            }
            cpus = count;
            return this;
        }

        /** Where the bytes go that leave COM1. */
        public Builder serial(IntConsumer sink) {
            serial = sink;
            return this;
        }

        /** Seed of RDRAND and RDSEED. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * How often a block of instructions is executed before it is compiled to JVM code, at least 1; {@link Integer#MAX_VALUE} for never.
         * The guest cannot tell.
         */
        public Builder compileAfter(int executions) {
            if (executions < 1) {
                throw new IllegalArgumentException("a block is compiled after 1 execution at the earliest, not after " + executions);
            }
            compileAfter = executions;
            return this;
        }

        private Engine engine(PhysicalMemory ram, InsnBinder binder) {
            return compileAfter == Integer.MAX_VALUE ? new Interpreter(ram, binder) : new Jit(ram, binder, compileAfter);
        }

        /** @throws IllegalArgumentException when the parts do not make a machine, with what to do */
        public Machine build() {
            if (profile == null) {
                profile("skylake");
            }
            return new Machine(this);
        }
    }
}
