// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.FlatMode;
import java.util.List;

/**
 * What a user asks of a run. Null means: what the image says, and failing that the default.
 *
 * @param cpu name of a CPU profile or path of a profile file
 * @param memoryBytes size of the machine's memory
 * @param cpus number of processors
 * @param maxInstructions instructions after which a run counts as runaway
 * @param commandLine the multiboot command line
 * @param modules multiboot modules
 * @param flat the mode in which the program, a binary without a header, is entered; null for an image that says how it boots
 */
public record RunOptions(String cpu, Long memoryBytes, Integer cpus, Long maxInstructions, String commandLine,
        List<BootModule> modules, FlatMode flat) {
    /** Enough for all but long computations; a run that will never end reaches it within minutes. */
    public static final long DEFAULT_MAX_INSTRUCTIONS = 10_000_000_000L;

    /** Nothing asked for. */
    public static final RunOptions DEFAULT = new RunOptions(null, null, null, null, null);

    /** An image without modules. */
    public RunOptions(String cpu, Long memoryBytes, Integer cpus, Long maxInstructions, String commandLine) {
        this(cpu, memoryBytes, cpus, maxInstructions, commandLine, List.of(), null);
    }

    /** Instructions after which the run ends. */
    public long instructionLimit() {
        return maxInstructions == null ? DEFAULT_MAX_INSTRUCTIONS : maxInstructions;
    }
}
