// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug;

/**
 * Attributes of a launch configuration of type {@link HypervisorDebug#LAUNCH_TYPE}. All are strings where nothing else is said; an empty
 * or missing string means: what the setup says and, failing that, the machine's default.
 */
public final class LaunchAttributes {

    /** The setup or ELF image: a workspace path such as {@code /project/guest.hv}, or an absolute path of the file system. */
    public static final String PROGRAM = HypervisorDebug.MODEL + ".program";

    /** Name of a CPU profile, or path of a profile file. */
    public static final String CPU = HypervisorDebug.MODEL + ".cpu";

    /** Memory of the machine, as {@code 64 MiB}; a bare number is MiB. */
    public static final String MEMORY = HypervisorDebug.MODEL + ".memory";

    /** Number of virtual processors. */
    public static final String CPUS = HypervisorDebug.MODEL + ".cpus";

    /** Number of instructions after which a run counts as runaway. */
    public static final String MAX_INSTRUCTIONS = HypervisorDebug.MODEL + ".maxInstructions";

    /** Where to suspend: a word of {@link dev.vmcsmith.dap.protocol.StopAt}. */
    public static final String STOP_AT = HypervisorDebug.MODEL + ".stopAt";

    /** The multiboot command line. */
    public static final String COMMAND_LINE = HypervisorDebug.MODEL + ".commandLine";

    /** List of strings: multiboot modules, each the path of a file and behind a space the module's command line. */
    public static final String MODULES = HypervisorDebug.MODEL + ".modules";

    /** Boolean: do not compare the run with what the setup expects. */
    public static final String NO_EXPECTATIONS = HypervisorDebug.MODEL + ".noExpectations";

    /** Boolean: run in spite of errors that the setup's checks find. */
    public static final String NO_CHECK = HypervisorDebug.MODEL + ".noCheck";

    /** Options of the Java virtual machine that runs the machine. */
    public static final String VM_ARGUMENTS = HypervisorDebug.MODEL + ".vmArguments";

    private LaunchAttributes() {
    }
}
