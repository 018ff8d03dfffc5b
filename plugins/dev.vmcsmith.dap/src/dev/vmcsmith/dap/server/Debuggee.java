// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.launch.BootFiles;
import dev.vmcsmith.dap.launch.Launch;
import dev.vmcsmith.dap.launch.LaunchFailure;
import dev.vmcsmith.dap.launch.MemorySize;
import dev.vmcsmith.dap.launch.RunOptions;
import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.MemoryReference;
import dev.vmcsmith.dap.protocol.MemorySpace;
import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.machine.FlatMode;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsView;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A machine with its image and all that the debugger knows of it. Belongs to the machine's thread while the machine runs and to the thread
 * of the requests while it is suspended; {@link #exitRecords} and {@link #now} may be asked at any time.
 */
final class Debuggee {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final int LONGEST_BLOCK = 256;

    private final Launch launch;
    private final Machine machine;
    private final Breakpoints breakpoints;
    private final ClientEvents events;
    private final ExitJournal exits = new ExitJournal();
    private final ExitRecords exitRecords;
    private final ExitHandlers exitHandlers = new ExitHandlers(this, exits);
    private final FieldMeaning meaning;
    private final VmcsHistory history = new VmcsHistory();
    private final VmcsReader vmcsReader;
    private final Frames frames = new Frames(this);
    private final Variables variables = new Variables(this);
    private final PageWalks pageWalks = new PageWalks(this);
    private final EptMaps eptMaps = new EptMaps(this);
    private final EptCatalog eptCatalog = new EptCatalog(this);
    private final VmcsCatalog vmcsCatalog = new VmcsCatalog(this);
    private final Locals locals = new Locals(this);
    private final HandlerVariables handlerVariables = new HandlerVariables(this);
    private final Jumps jumps = new Jumps(this);
    private final Assignments assignments = new Assignments(this);
    private final Completions completions = new Completions(this);
    private final ImageFiles files = new ImageFiles(this);
    private final DataNames dataNames = new DataNames(this);
    private final BitmapDecoder bitmaps = new BitmapDecoder(this);
    private final ExitPrediction exitPrediction = new ExitPrediction(this);
    private final VmcsRules vmcsRules = new VmcsRules(this);
    private final Memory memory = new Memory(this, pageWalks);
    private final Disassembly disassembly = new Disassembly(this);
    private final Names names = new Names(this);
    private final Decoder decoder = new Decoder();
    private final Instruction scratch = new Instruction();
    private final Recorder recorder;
    private final Timeline timeline;
    private final boolean expecting;
    private int focus;

    /**
     * @param cancelled whether the user does not want to wait any longer
     * @throws RequestFailure saying what to do when the program cannot be launched
     */
    Debuggee(LaunchArguments arguments, Breakpoints breakpoints, ClientEvents events, BooleanSupplier cancelled) {
        Path program = Path.of(arguments.program());
        try {
            Long bytes = arguments.memory() == null ? null : (Long) MemorySize.parse(arguments.memory());
            FlatMode flat = arguments.flat() == null ? null : BootFiles.mode(arguments.mode());
            RunOptions options = new RunOptions(arguments.cpu(), bytes, arguments.cpus(), arguments.maxInstructions(),
                    arguments.commandLine(), BootFiles.modules(arguments.modules()), flat);
            this.launch = flat == null ? Launch.open(program, options, !arguments.noCheck())
                    : Launch.of(program, BootFiles.flat(program, Expressions.evaluate(arguments.flat(), Expressions.NO_NAMES), flat),
                            options);
            if (arguments.serialInput() != null) {
                for (byte b : BootFiles.read(arguments.serialInput())) {
                    launch.machine().serialInput(b & 0xFF);
                }
            }
        } catch (LaunchFailure e) {
            e.details().forEach(events::important);
            throw new RequestFailure(e.getMessage());
        }
        this.expecting = !arguments.noExpectations();
        this.machine = launch.machine();
        machine.setReboots(arguments.reboot());
        this.breakpoints = breakpoints;
        this.events = events;
        this.exitRecords = new ExitRecords(exits, image().symbols());
        this.meaning = new FieldMeaning(image().symbols());
        this.vmcsReader = new VmcsReader(meaning, history);
        this.recorder = new Recorder(machine, events, exits, launch.expectations());
        this.timeline = new Timeline(machine, recorder, cancelled);
        machine.addObserver(recorder);
        if (!arguments.noDebug()) {
            timeline.begin();
        }
    }

    // --- parts -----------------------------------------------------------------------------------------------------------

    Path program() {
        return launch.program();
    }

    BootImage image() {
        return launch.image();
    }

    Machine machine() {
        return machine;
    }

    Breakpoints breakpoints() {
        return breakpoints;
    }

    ClientEvents events() {
        return events;
    }

    Timeline timeline() {
        return timeline;
    }

    ExitRecords exitRecords() {
        return exitRecords;
    }

    ExitHandlers exitHandlers() {
        return exitHandlers;
    }

    FieldMeaning meaning() {
        return meaning;
    }

    VmcsReader vmcsReader() {
        return vmcsReader;
    }

    Frames frames() {
        return frames;
    }

    Variables variables() {
        return variables;
    }

    PageWalks pageWalks() {
        return pageWalks;
    }

    VmcsRules vmcsRules() {
        return vmcsRules;
    }

    EptCatalog eptCatalog() {
        return eptCatalog;
    }

    VmcsCatalog vmcsCatalog() {
        return vmcsCatalog;
    }

    Locals locals() {
        return locals;
    }

    HandlerVariables handlerVariables() {
        return handlerVariables;
    }

    Jumps jumps() {
        return jumps;
    }

    Assignments assignments() {
        return assignments;
    }

    Completions completions() {
        return completions;
    }

    ImageFiles files() {
        return files;
    }

    DataNames dataNames() {
        return dataNames;
    }

    ExitPrediction exitPrediction() {
        return exitPrediction;
    }

    BitmapDecoder bitmaps() {
        return bitmaps;
    }

    EptMaps eptMaps() {
        return eptMaps;
    }

    Memory memory() {
        return memory;
    }

    Disassembly disassembly() {
        return disassembly;
    }

    VmxCapabilities capabilities() {
        return launch.profile().capabilities();
    }

    // --- stops -----------------------------------------------------------------------------------------------------------

    /** The machine is about to run. */
    void resumed() {
        variables.clear();
    }

    /** The machine has been suspended. */
    void stopped() {
        for (int i = 0; i < machine.cpus(); i++) {
            vmcs(i).ifPresent(vmcs -> history.stopped(vmcs.address(), vmcs.view()));
        }
    }

    /** The machine has been suspended or has ended, and the client is going to be told. */
    void showConsoles() {
        recorder.showConsoles();
    }

    /** What was sent by a port up to the present, from a position in characters. */
    ConsoleText console(String port, long from) {
        return recorder.console(port, from);
    }

    Verdict verdict(StopReason reason) {
        return expecting ? launch.verdict(reason) : launch.verdictWithoutExpectations(reason);
    }

    Instant now() {
        return new Instant(machine.instructionCount(), recorder.now().exits());
    }

    /** Instructions after which the run counts as runaway. */
    long instructionLimit() {
        return launch.options().instructionLimit();
    }

    long instructionsLeft() {
        return Math.max(0, instructionLimit() - machine.instructionCount());
    }

    String lastEntryFailure() {
        return recorder.lastEntryFailure();
    }

    /** Remembers the code under the processor as the handler of an exit. */
    void noteHandler(VmExit exit) {
        image().symbols().nearest(Code.linearRip(activeCpu())).map(place -> place.symbol().name())
                .ifPresent(symbol -> exits.handledBy(exit.number(), symbol));
    }

    /** The latest VM exit of the present. */
    Optional<VmExit> latestExit() {
        return Optional.ofNullable(recorder.now().exit());
    }

    String exitText(VmExit exit) {
        return exit.entryFailure() ? "VM exit " + exit.number() + ": VM entry failed: " + lastEntryFailure() : exitRecords.text(exit);
    }

    // --- processors ------------------------------------------------------------------------------------------------------

    /** The processor that stopped last, or that a step is about. */
    Cpu activeCpu() {
        return machine.cpu(focus);
    }

    /** Turns to a processor. */
    void focus(int cpu) {
        focus = cpu;
    }

    /** The processor of a thread of the protocol; 0 is the one that stopped last. */
    int cpuOf(int threadId) {
        if (threadId == 0) {
            return activeCpu().id;
        }
        if (threadId < 1 || threadId > machine.cpus()) {
            throw new RequestFailure("there is no thread " + threadId);
        }
        return threadId - 1;
    }

    /** The current VMCS of a processor. */
    Optional<CurrentVmcs> vmcs(int cpu) {
        long address = machine.currentVmcsPointer(cpu);
        return machine.currentVmcs(cpu).map(view -> new CurrentVmcs(address, recorder.now().launched().contains(address),
                new Existing(view, cpu),
                (field, value) -> machine.writeVmcs(cpu, field, value)));
    }

    /** Every VMCS that the hypervisor has made current, in that order. */
    Set<Long> knownVmcss() {
        return recorder.now().known();
    }

    /** A VMCS that is not current on any processor. */
    CurrentVmcs vmcsAt(int cpu, long address) {
        return new CurrentVmcs(address, machine.launched(address), new Existing(machine.vmcs(address), cpu),
                (field, value) -> machine.writeVmcs(address, field, value));
    }

    /**
     * What there is to see at the instant of a VM exit; the machine is where it was afterwards.
     *
     * @param exit number of the exit; null is now
     */
    <T> T atExit(Long exit, Supplier<T> look) {
        if (exit == null) {
            return look.get();
        }
        if (!timeline.exists()) {
            throw new RequestFailure("This run has no past: it was launched without debugging.");
        }
        if (exit < 1 || exit > exitRecords.total()) {
            throw new RequestFailure("There has been no VM exit " + exit + " yet.");
        }
        return timeline.lookAtExit(exit, look);
    }

    /** General registers of a guest at its latest VM exit, null when it never had one. */
    long[] guestRegisters(int cpu) {
        return recorder.now().guestRegisters()[cpu];
    }

    /**
     * The instruction that entered the guest which runs now; empty when its code cannot be read.
     *
     * @param bits mode of the hypervisor's code: 32 or 64
     */
    OptionalLong entryRip(int cpu, int bits) {
        MemoryReference at = new MemoryReference(MemorySpace.HOST_VIRTUAL, recorder.now().entryBlocks()[cpu]);
        for (int i = 0; i < LONGEST_BLOCK; i++) {
            byte[] code = memory.readable(at, LONGEST_INSTRUCTION);
            if (Code.flow(code, bits) == Code.Flow.VM_ENTRY) {
                return OptionalLong.of(at.address());
            }
            if (decoder.decode(code, 0, code.length, bits, scratch) != DecodeStatus.OK) {
                break;
            }
            at = at.at(at.address() + scratch.length);
        }
        return OptionalLong.empty();
    }

    /** The fields that the processor has. */
    private final class Existing implements VmcsView {
        private final VmcsView all;
        private final int cpu;

        Existing(VmcsView all, int cpu) {
            this.all = all;
            this.cpu = cpu;
        }

        @Override
        public boolean known(VmcsField field) {
            return machine.vmcsFieldExists(cpu, field);
        }

        @Override
        public long value(VmcsField field) {
            return all.value(field);
        }
    }

    // --- code ------------------------------------------------------------------------------------------------------------

    /** Bytes at a linear address of the processor that executed last, as many as are mapped. */
    byte[] readCode(long linear, int count) {
        byte[] code = new byte[count];
        int readable = machine.readLinear(focus, linear, code, 0, count);
        return readable == count ? code : Arrays.copyOf(code, readable);
    }

    /** Length of the next instruction; 1 when there is none. */
    int instructionLength() {
        byte[] code = readCode(Code.linearRip(activeCpu()), LONGEST_INSTRUCTION);
        return decoder.decode(code, 0, code.length, activeCpu().codeBits, scratch) == DecodeStatus.OK ? scratch.length : 1;
    }

    /** Length of the instruction that bytes begin with; 0 when they are none. */
    int lengthOf(byte[] code, int bits) {
        return decoder.decode(code, 0, code.length, bits, scratch) == DecodeStatus.OK ? scratch.length : 0;
    }

    /** Mode of the code at a place: 16, 32 or 64. */
    int codeBits(MemoryReference place) {
        boolean inGuest = activeCpu().intercepts.nonRoot();
        boolean wantsGuest = switch (place.space()) {
            case GUEST_VIRTUAL, GUEST_PHYSICAL -> true;
            case HOST_VIRTUAL -> false;
            case CURRENT, HOST_PHYSICAL -> inGuest;
        };
        if (wantsGuest == inGuest) {
            return activeCpu().codeBits;
        }
        return frames.of(activeCpu().id).stream().filter(frame -> frame.guest() == wantsGuest).findFirst()
                .map(frame -> frame.registers().codeBits()).orElse(activeCpu().codeBits);
    }

    // --- expressions -----------------------------------------------------------------------------------------------------

    Frame topFrame() {
        return frames.top(activeCpu().id);
    }

    long evaluateAtTop(String expression) {
        return evaluate(expression, topFrame());
    }

    /** Evaluates what stands in the source: in a handler of a setup the general registers are the guest's. */
    long evaluateInSource(String expression, Frame frame) {
        boolean handler = image().machine().isPresent() && !frame.guest() && frames.of(frame.cpu()).stream().anyMatch(Frame::guest);
        return Expressions.evaluate(expression, handler ? names.inHandler(frame) : names.in(frame));
    }

    long evaluate(String expression, Frame frame) {
        return Expressions.evaluate(expression, names.in(frame));
    }
}
