// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug;

/** Identifiers of the debugger's contributions to the platform. */
public final class HypervisorDebug {

    /** The debug model, and the symbolic name of this bundle. */
    public static final String MODEL = "dev.vmcsmith.debug";

    /** The launch configuration type <em>Hypervisor Setup</em>. */
    public static final String LAUNCH_TYPE = "dev.vmcsmith.debug.setup";

    /** The marker of a line breakpoint. */
    public static final String LINE_BREAKPOINT = "dev.vmcsmith.debug.lineBreakpoint";

    /** The marker of a breakpoint on a symbol. */
    public static final String FUNCTION_BREAKPOINT = "dev.vmcsmith.debug.functionBreakpoint";

    /** The marker of a breakpoint on an instruction. */
    public static final String INSTRUCTION_BREAKPOINT = "dev.vmcsmith.debug.instructionBreakpoint";

    /** The marker of a breakpoint on memory or on a VMCS field. */
    public static final String DATA_BREAKPOINT = "dev.vmcsmith.debug.dataBreakpoint";

    /** The marker of a breakpoint on VM exits of one reason. */
    public static final String EXIT_BREAKPOINT = "dev.vmcsmith.debug.exitBreakpoint";

    /** The process type of a machine, for consoles. */
    public static final String PROCESS_TYPE = "dev.vmcsmith.debug.machine";

    /** File name extension of a setup. */
    public static final String SETUP_EXTENSION = "hv";

    private HypervisorDebug() {
    }
}
