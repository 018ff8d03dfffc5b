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

    /** The process type of a machine, for consoles. */
    public static final String PROCESS_TYPE = "dev.vmcsmith.debug.machine";

    /** File name extension of a setup. */
    public static final String SETUP_EXTENSION = "hv";

    private HypervisorDebug() {
    }
}
