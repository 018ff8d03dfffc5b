// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

/**
 * What a user asks of a run. Null means: what the image says, and failing that the default.
 *
 * @param cpu name of a CPU profile or path of a profile file
 * @param memoryBytes size of the machine's memory
 * @param cpus number of processors
 * @param maxInstructions instructions after which a run counts as runaway
 * @param commandLine the multiboot command line
 */
public record RunOptions(String cpu, Long memoryBytes, Integer cpus, Long maxInstructions, String commandLine) {
    /** Enough for hours of interpretation; only a run that will never end reaches it. */
    public static final long DEFAULT_MAX_INSTRUCTIONS = 10_000_000_000L;

    /** Nothing asked for. */
    public static final RunOptions DEFAULT = new RunOptions(null, null, null, null, null);

    /** Instructions after which the run ends. */
    public long instructionLimit() {
        return maxInstructions == null ? DEFAULT_MAX_INSTRUCTIONS : maxInstructions;
    }
}
