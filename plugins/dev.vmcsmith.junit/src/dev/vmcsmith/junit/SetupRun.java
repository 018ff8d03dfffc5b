// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.CompiledSetup;
import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.expect.ExpectationCheck;
import dev.vmcsmith.machine.expect.Failure;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.ExitReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A setup that has been compiled and has run to its end. A setup that cannot be compiled is an {@link AssertionError} with its problems.
 */
public final class SetupRun implements MachineObserver {
    /** Instructions after which a run ends that nobody bounds. */
    public static final long MAX_INSTRUCTIONS = 100_000_000;

    private final BootImage image;
    private final Machine machine;
    private final ExpectationCheck expectations;
    private final List<VmExit> exits = new ArrayList<>();
    private final List<String> entryFailures = new ArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final StopReason end;

    private SetupRun(BootImage image, Path directory, long maxInstructions) {
        this.image = image;
        MachineConfig config = image.machine().orElse(MachineConfig.DEFAULT);
        machine = Machine.builder().profile(profile(config.cpu(), directory)).memory(config.memoryBytes()).cpus(config.cpus()).build();
        machine.load(image, image.name());
        expectations = new ExpectationCheck(image.expectations(), image.lines(), machine);
        machine.addObserver(expectations);
        machine.addObserver(this);
        end = machine.run(StopCondition.NONE.withMaxInstructions(maxInstructions));
    }

    private static CpuProfile profile(String cpu, Path directory) {
        CpuProfile named = CpuProfiles.named(cpu);
        try {
            return named != null ? named : CpuProfiles.load(directory.resolve(cpu));
        } catch (IOException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Compiles and runs the setup in a file. */
    public static SetupRun of(Path file) {
        return of(file, Optional.empty(), MAX_INSTRUCTIONS);
    }

    /** The same with another CPU profile, by name or file, and another bound. */
    public static SetupRun of(Path file, Optional<String> cpu, long maxInstructions) {
        CompiledSetup compiled = Setups.compile(file, new CompileOptions(true, cpu));
        BootImage image = compiled.image().orElseThrow(() -> new AssertionError(String.join("\n", compiled.problems().stream()
                .filter(Problem::isError).map(Problem::toString).toList())));
        return new SetupRun(image, file.toAbsolutePath().getParent(), maxInstructions);
    }

    /** Compiles and runs a setup that is in no file. */
    public static SetupRun ofText(String text) {
        return ofText(text, Optional.empty(), MAX_INSTRUCTIONS);
    }

    static SetupRun ofText(String text, Optional<String> cpu, long maxInstructions) {
        try {
            Path file = Files.createTempFile("setup", ".hv");
            try {
                return of(Files.writeString(file, text), cpu, maxInstructions);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError("a file for the setup cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void onVmExit(VmExit exit) {
        exits.add(exit);
    }

    @Override
    public void onSerial(SerialPort port, int value) {
        log.write(value);
    }

    @Override
    public void onVmEntryFailed(dev.vmcsmith.machine.cpu.Cpu cpu, long vmcs, String outcome, List<String> violations) {
        entryFailures.add(outcome + (violations.isEmpty() ? "" : ": " + String.join("; ", violations)));
    }

    /** The names of the VM exits in their order. */
    public List<String> exits() {
        return exits.stream().map(exit -> ExitReason.of(exit.reason()) == null ? "reason " + exit.reason()
                : ExitReason.of(exit.reason()).hvName()).toList();
    }

    /** The VM exits with all that the VMCS says about them. */
    public List<VmExit> vmExits() {
        return List.copyOf(exits);
    }

    /** VM entries that failed, with the rules that are broken. */
    public List<String> entryFailures() {
        return List.copyOf(entryFailures);
    }

    /** What was written to the serial port. */
    public String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    /** Why the machine stopped. */
    public StopReason end() {
        return end;
    }

    /** Whether the hypervisor left by {@code stop}. */
    public boolean isStopped() {
        return end instanceof StopReason.DebugExit exit && exit.value() == 0;
    }

    /** The machine at the end of the run. */
    public Machine machine() {
        return machine;
    }

    public BootImage image() {
        return image;
    }

    /** The expectations of the setup. */
    public List<Expectations.Clause> expectations() {
        return image.expectations().clauses();
    }

    /** What is wrong with an expectation, empty when it holds. */
    public Optional<Failure> failure(Expectations.Clause expectation) {
        return Optional.ofNullable(expectations.failure(expectation));
    }

    /** Fails when an expectation does not hold or the hypervisor did not leave by {@code stop}, naming the lines of the setup. */
    public void assertExpectations() {
        List<String> wrong = new ArrayList<>(expectations.failures().stream().map(Failure::text).toList());
        if (!isStopped()) {
            wrong.add("the setup does not reach stop: " + end.text());
        }
        if (!wrong.isEmpty()) {
            wrong.addAll(entryFailures);
            throw new AssertionError(String.join("\n", wrong) + (log.size() == 0 ? "" : "\nlog:\n" + log().strip()));
        }
    }
}
