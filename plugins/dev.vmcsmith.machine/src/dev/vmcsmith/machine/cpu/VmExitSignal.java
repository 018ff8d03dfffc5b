// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * A VM exit found in the middle of something: an EPT violation under a memory access, an intercepted exception, a task switch.
 * The engine catches it, puts RIP back to the start of the instruction and calls {@link InterceptPolicy#takeExit}. Stackless.
 */
public final class VmExitSignal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Basic exit reason (SDM Volume 3, appendix "VMX Basic Exit Reasons"). */
    public final int reason;
    public final long qualification;
    /** Guest-linear address; meaningful when {@link #hasLinear}. */
    public final long linear;
    public final boolean hasLinear;
    /** Guest-physical address of an EPT violation or misconfiguration. */
    public final long physical;

    public VmExitSignal(int reason, long qualification) {
        this(reason, qualification, false, 0, 0);
    }

    public VmExitSignal(int reason, long qualification, boolean hasLinear, long linear, long physical) {
        super(null, null, false, false);
        this.reason = reason;
        this.qualification = qualification;
        this.hasLinear = hasLinear;
        this.linear = linear;
        this.physical = physical;
    }

    @Override
    public String getMessage() {
        return "VM exit " + reason + ", qualification 0x" + Long.toHexString(qualification);
    }
}
