// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.ImageOptions;
import dev.vmcsmith.image.ImageSources;
import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.expect.ExpectationCheck;
import dev.vmcsmith.vmx.CpuProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program loaded into a machine, ready to run. */
public final class Launch {
    private final Path program;
    private final BootImage image;
    private final RunOptions options;
    private final CpuProfile profile;
    private final Machine machine;
    private final ExpectationCheck expectations;

    private Launch(Path program, BootImage image, RunOptions options, CpuProfile profile, Machine machine) {
        this.program = program;
        this.image = image;
        this.options = options;
        this.profile = profile;
        this.machine = machine;
        this.expectations = new ExpectationCheck(image.expectations(), image.lines(), machine);
    }

    /**
     * Reads a setup or an image and loads it.
     *
     * @param check refuse a setup that breaks an entry rule
     */
    public static Launch open(Path program, RunOptions options, boolean check) throws LaunchFailure {
        try {
            return of(program, ImageSources.read(program, new ImageOptions(check, Optional.ofNullable(options.cpu()))), options);
        } catch (ImageFormatException e) {
            throw new LaunchFailure(e.getMessage(), e.details());
        }
    }

    /** Loads an image that has been read already; with {@link RunOptions#flat} a binary, which is the image's only segment. */
    public static Launch of(Path program, BootImage image, RunOptions options) throws LaunchFailure {
        MachineConfig wanted = image.machine().orElse(MachineConfig.FOREIGN);
        long memory = options.memoryBytes() == null ? wanted.memoryBytes() : options.memoryBytes();
        int cpus = options.cpus() == null ? wanted.cpus() : options.cpus();
        if (memory <= 0) {
            throw new LaunchFailure("a machine with no memory cannot run: give it at least 1 MiB");
        }
        Path folder = options.cpu() != null ? null : program.toAbsolutePath().getParent();
        try {
            CpuProfile profile = Processors.find(options.cpu() == null ? wanted.cpu() : options.cpu(), folder);
            Machine machine = Machine.builder().profile(profile).memory(memory).cpus(cpus).build();
            if (options.flat() == null) {
                machine.load(image, bootLine(program, image, options.commandLine()), options.modules());
            } else {
                Segment binary = image.segments().getFirst();
                machine.loadFlat(binary.bytes(), binary.physicalAddress(), options.flat());
            }
            return new Launch(program, image, options, profile, machine);
        } catch (IllegalArgumentException e) {
            throw new LaunchFailure(e.getMessage());
        }
    }

    /** A multiboot command line begins with the image's name, as boot loaders pass it; programs look for arguments behind it. */
    private static String bootLine(Path program, BootImage image, String commandLine) {
        String arguments = commandLine == null ? "" : commandLine;
        return image.linux().isPresent() ? arguments : program.getFileName() + (arguments.isEmpty() ? "" : " " + arguments);
    }

    public Path program() {
        return program;
    }

    public BootImage image() {
        return image;
    }

    public RunOptions options() {
        return options;
    }

    public CpuProfile profile() {
        return profile;
    }

    public Machine machine() {
        return machine;
    }

    /** Has to hear of every VM exit and of all serial output, once, for {@link #verdict} to know whether the expectations hold. */
    public ExpectationCheck expectations() {
        return expectations;
    }

    /** What the end of the run means. */
    public Verdict verdict(StopReason reason) {
        return Verdict.of(image, machine, reason, expectations.failures(), true);
    }

    /** What the end of the run means, whatever the setup expects. */
    public Verdict verdictWithoutExpectations(StopReason reason) {
        return Verdict.of(image, machine, reason, List.of(), false);
    }
}
