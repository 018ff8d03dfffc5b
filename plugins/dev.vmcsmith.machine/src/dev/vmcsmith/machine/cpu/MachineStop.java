// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

import dev.vmcsmith.machine.StopReason;

/** Ends the run with a named reason from inside an instruction or a device. Stackless. */
public final class MachineStop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StopReason reason;

    public MachineStop(StopReason reason) {
        super(null, null, false, false);
        this.reason = reason;
    }

    public StopReason reason() {
        return reason;
    }
}
