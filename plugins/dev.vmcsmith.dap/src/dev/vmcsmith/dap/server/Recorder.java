// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.VmxOperation;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.Gpr;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Notes what happens while a machine runs and passes on what is new. A stretch that is repeated after the machine has gone back in time
 * changes what is known of the present, but nobody is told of it again.
 */
final class Recorder implements MachineObserver {
    private final Machine machine;
    private final ClientEvents events;
    private final ExitJournal exits;
    private final Consoles consoles;
    /** Hears of exits and serial output once. */
    private final MachineObserver news;
    private Position position;
    /** When the latest VM entry failed of which the user was told. */
    private long failureKnown = -1;
    private String lastEntryFailure = "";
    private boolean quiet;

    /**
     * What is known of the present.
     *
     * @param exit the latest VM exit; null before the first
     * @param counts how often VM exits have occurred so far
     * @param sent what was sent to each console so far
     * @param guestRegisters general registers of the guest at its latest VM exit, by processor
     * @param entryBlocks where the code begins that ended in the latest VM entry, by processor
     * @param launched the VMCSs whose launch state is "launched"
     * @param known every VMCS that has been made current, in that order
     */
    record Position(VmExit exit, ExitCounts counts, SerialPosition[] sent, long[][] guestRegisters, long[] entryBlocks, Set<Long> launched,
            Set<Long> known) {
        /** VM exits so far. */
        long exits() {
            return exit == null ? 0 : exit.number();
        }

        private Position copy() {
            long[][] registers = new long[guestRegisters.length][];
            for (int i = 0; i < registers.length; i++) {
                registers[i] = guestRegisters[i] == null ? null : guestRegisters[i].clone();
            }
            return new Position(exit, new ExitCounts(counts), sent.clone(), registers, entryBlocks.clone(), new HashSet<>(launched),
                    new LinkedHashSet<>(known));
        }
    }

    Recorder(Machine machine, ClientEvents events, ExitJournal exits, MachineObserver news) {
        this.machine = machine;
        this.events = events;
        this.exits = exits;
        this.consoles = new Consoles(events);
        this.news = news;
        this.position = new Position(null, new ExitCounts(), consoles.beginning(), new long[machine.cpus()][], new long[machine.cpus()], new HashSet<>(),
                new LinkedHashSet<>());
    }

    /** What is known of the present; changes while the machine runs. */
    Position now() {
        return position;
    }

    /** What is known of the present, to come back to it. */
    Position save() {
        return position.copy();
    }

    /** The machine has gone to another instant. */
    void restore(Position saved) {
        position = saved.copy();
    }

    /** What happened after an instant will not happen again in the same way. */
    void forgetAfter(Position instant) {
        exits.truncate(instant.exits(), instant.counts);
        consoles.truncate(instant.sent);
        failureKnown = Math.min(failureKnown, machine.instructionCount());
    }

    /** What happens now only tries something out: nothing of it is noted. */
    void quiet(boolean value) {
        quiet = value;
    }

    /** Makes the client's consoles show what was sent to them up to the present. */
    void showConsoles() {
        consoles.show(position.sent);
    }

    /** What was sent by a port up to the present, from a position in characters. */
    ConsoleText console(String port, long from) {
        return consoles.text(port, from, position.sent, new Instant(machine.instructionCount(), position.exits()));
    }

    String lastEntryFailure() {
        return lastEntryFailure;
    }

    @Override
    public void onVmExit(VmExit exit) {
        if (quiet) {
            return;
        }
        position = new Position(exit, position.counts, position.sent, position.guestRegisters, position.entryBlocks, position.launched,
                position.known);
        position.counts.add(exit);
        long[] registers = position.guestRegisters[exit.cpu()];
        if (registers == null) {
            registers = position.guestRegisters[exit.cpu()] = new long[Gpr.COUNT];
        }
        System.arraycopy(machine.cpu(exit.cpu()).gpr, 0, registers, 0, registers.length);
        if (exit.number() > exits.total()) {
            exits.add(exit);
            events.exits(exits.total());
            news.onVmExit(exit);
        }
    }

    @Override
    public void onVmEntry(Cpu cpu, long vmcs, boolean launch) {
        if (launch) {
            position.launched.add(vmcs);
        }
        position.entryBlocks[cpu.id] = cpu.insnStart;
    }

    @Override
    public void onVmxInstruction(VmxOperation operation) {
        if (operation.mnemonic().equals("VMCLEAR") && operation.succeeded()) {
            position.launched.remove(operation.operand());
        }
        if (operation.mnemonic().equals("VMPTRLD") && operation.succeeded()) {
            position.known.add(operation.operand());
        }
    }

    @Override
    public void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> violations) {
        if (quiet) {
            return;
        }
        lastEntryFailure = violations.isEmpty() ? outcome : outcome + ": " + String.join("; ", violations);
        if (machine.instructionCount() <= failureKnown) {
            return;
        }
        failureKnown = machine.instructionCount();
        events.important("VM entry failed: " + outcome);
        violations.forEach(violation -> events.important("  " + violation));
    }

    @Override
    public void onSerial(SerialPort port, int value) {
        if (!quiet && consoles.sent(port, position.sent, value)) {
            news.onSerial(port, value);
        }
    }

    @Override
    public void onDebugConsole(int value) {
        if (!quiet) {
            consoles.sentToDebugConsole(position.sent, value);
        }
    }
}
