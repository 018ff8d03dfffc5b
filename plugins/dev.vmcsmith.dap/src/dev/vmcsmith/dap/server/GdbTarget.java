// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.image.BootImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.DataBreakpoint;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;
import org.eclipse.lsp4j.debug.InstructionBreakpoint;

/** A machine as gdb drives it: breakpoints by packets, runs that end in stop replies. Outlives a gdb that detaches. */
final class GdbTarget implements AutoCloseable {
    private static final String LONG_HOST = "long-64";
    /** gdb believes its file more than its target. */
    private static final String SET_ARCHITECTURE = "set architecture i386:x86-64";
    private static final int SIGINT = 2;
    private static final int SIGTRAP = 5;

    /** Hears of the end of a run. */
    interface Listener {
        /**
         * The machine has stopped.
         *
         * @param reply for gdb
         * @param ended whether the program has ended
         */
        void stopped(String reply, boolean ended);
    }

    private final Breakpoints breakpoints = new Breakpoints();
    private final Debuggee debuggee;
    private final Execution execution;
    private final Stepper stepper;
    private final TimeTravel timeTravel;
    private final ClientEvents events;
    private final ExecutorService machineThread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("VMCSmith machine").unstarted(task));
    /** What gdb has inserted: the packet without its action letter, such as {@code 0,1000,1}. */
    private final Map<String, String> inserted = new LinkedHashMap<>();
    /** The stop reply's words for a breakpoint, by its number. */
    private final Map<Integer, String> words = new LinkedHashMap<>();
    private GdbRegisters.Architecture architecture;
    private volatile String lastReply;
    private volatile Verdict verdict;

    GdbTarget(LaunchArguments arguments, GdbOutput output) {
        this.events = new ClientEvents(output);
        try {
            this.debuggee = new Debuggee(arguments, breakpoints, events, this::interrupted);
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
        breakpoints.imageLoaded(debuggee.image());
        BootImage image = debuggee.image();
        boolean wide = image.bits() == 64 || image.machine().filter(machine -> machine.host().equals(LONG_HOST)).isPresent();
        architecture = wide ? GdbRegisters.Architecture.AMD64 : GdbRegisters.Architecture.I386;
        execution = new Execution(debuggee);
        execution.stopAt(arguments.stopAt() == null ? StopAt.BREAKPOINTS : arguments.stopAt());
        stepper = new Stepper(execution);
        timeTravel = new TimeTravel(debuggee, execution);
        lastReply = reply(SIGTRAP, "");
    }

    private boolean interrupted() {
        return execution != null && execution.pauseRequested();
    }

    /** What the next gdb is told of the registers; it asks once, when it connects. */
    GdbRegisters.Architecture architecture() {
        return architecture;
    }

    /** What the user of gdb has to say before it connects; empty when it is nothing. */
    Optional<String> hint() {
        boolean contradicts = debuggee.image().bits() == 32 && architecture == GdbRegisters.Architecture.AMD64;
        return contradicts ? Optional.of("a 32-bit ELF file whose code is 64-bit; when gdb has read it, say first: " + SET_ARCHITECTURE)
                : Optional.empty();
    }

    /**
     * Chooses what the next gdb is told of.
     *
     * @param bits 32 or 64
     * @throws RequestFailure for other numbers
     */
    void describeRegisters(int bits) {
        architecture = GdbRegisters.Architecture.of(bits);
    }

    Debuggee debuggee() {
        return debuggee;
    }

    Stepper stepper() {
        return stepper;
    }

    TimeTravel timeTravel() {
        return timeTravel;
    }

    /** What the end of the program means; null before it. */
    Verdict verdict() {
        return verdict;
    }

    String stopReply() {
        return lastReply;
    }

    /** The user has changed registers or memory. */
    void changed() {
        debuggee.timeline().changed();
    }

    String threadText(int cpu) {
        if (cpu < 0) {
            return "";
        }
        var policy = debuggee.machine().cpu(cpu).intercepts;
        return "vCPU " + cpu + (policy.nonRoot() ? ", guest" : policy.vmxOperation() ? ", hypervisor" : "");
    }

    // --- running -----------------------------------------------------------------------------------------------------------

    void interrupt() {
        execution.requestPause();
    }

    void start(Supplier<RunOutcome> run, Listener listener) {
        debuggee.resumed();
        execution.prepare();
        machineThread.execute(() -> {
            RunOutcome outcome = run.get();
            events.flush();
            switch (outcome) {
                case RunOutcome.Suspended stop -> {
                    debuggee.stopped();
                    lastReply = reply(stop);
                    listener.stopped(lastReply, false);
                }
                case RunOutcome.Ended ended -> {
                    verdict = debuggee.verdict(ended.reason());
                    lastReply = String.format("W%02x", verdict.exitCode() & 0xFF);
                    listener.stopped(lastReply, true);
                }
            }
        });
    }

    private String reply(RunOutcome.Suspended stop) {
        if (stop.kind().equals("pause")) {
            return reply(SIGINT, "");
        }
        if (stop.kind().equals("entry")) {
            return reply(SIGTRAP, "replaylog:begin;");
        }
        return reply(SIGTRAP, stop.breakpoints().stream().map(words::get).filter(word -> word != null).findFirst().orElse(""));
    }

    private String reply(int signal, String reason) {
        return String.format("T%02xthread:%x;%s", signal, debuggee.activeCpu().id + 1, reason);
    }

    // --- breakpoints -------------------------------------------------------------------------------------------------------

    /**
     * Inserts what a packet says.
     *
     * @param packet {@code TYPE,ADDRESS,KIND}
     * @param cpu the processor in whose address space it is meant
     * @return false when there is no such type
     */
    boolean insert(String packet, int cpu) {
        String[] parts = packet.split(",");
        if (parts.length < 3 || parts[0].compareTo("4") > 0) {
            return false;
        }
        debuggee.focus(cpu);
        inserted.put(packet, parts[0]);
        update();
        return true;
    }

    boolean remove(String packet) {
        inserted.remove(packet);
        update();
        return true;
    }

    private void update() {
        List<InstructionBreakpoint> code = new ArrayList<>();
        List<DataBreakpoint> data = new ArrayList<>();
        List<String> codeWords = new ArrayList<>();
        List<String> dataWords = new ArrayList<>();
        inserted.forEach((packet, type) -> {
            String[] parts = packet.split(",");
            if (type.equals("0") || type.equals("1")) {
                InstructionBreakpoint breakpoint = new InstructionBreakpoint();
                breakpoint.setInstructionReference("0x" + parts[1]);
                code.add(breakpoint);
                codeWords.add(type.equals("0") ? "swbreak:;" : "hwbreak:;");
            } else {
                DataBreakpoint breakpoint = new DataBreakpoint();
                breakpoint.setDataId("memory:0x" + parts[1] + "+" + Integer.parseInt(parts[2], 16));
                breakpoint.setAccessType(type.equals("2") ? DataBreakpointAccessType.WRITE
                        : type.equals("3") ? DataBreakpointAccessType.READ : DataBreakpointAccessType.READ_WRITE);
                data.add(breakpoint);
                dataWords.add((type.equals("2") ? "watch:" : type.equals("3") ? "rwatch:" : "awatch:") + parts[1] + ";");
            }
        });
        words.clear();
        remember(breakpoints.setInstructions(code.toArray(InstructionBreakpoint[]::new)), codeWords);
        remember(breakpoints.data().set(data.toArray(DataBreakpoint[]::new)), dataWords);
    }

    private void remember(Breakpoint[] answers, List<String> said) {
        for (int i = 0; i < answers.length; i++) {
            words.put(answers[i].getId(), said.get(i));
        }
    }

    /** The connection to gdb has broken: the machine waits for the next one. */
    void abandoned() {
        execution.requestPause();
        try {
            machineThread.submit(() -> { }).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clear();
    }

    /** Forgets all breakpoints, because gdb has gone. */
    void clear() {
        inserted.clear();
        update();
    }

    /** What the machine prints while nobody debugs it any more; to its end. */
    Verdict finish() {
        RunOutcome outcome = stepper.runPlainly();
        events.flush();
        return outcome instanceof RunOutcome.Ended ended ? debuggee.verdict(ended.reason()) : null;
    }

    @Override
    public void close() {
        execution.requestPause();
        machineThread.shutdown();
        events.close();
    }
}
