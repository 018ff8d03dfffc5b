// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.event.Delivery;
import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.vmx.VmcsField;

/** Delivers the event of the VM-entry interruption-information field (SDM "Event Injection"). */
final class EventInjection {
    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;

    EventInjection(Vmx vmx) {
        this.vmx = vmx;
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
    }

    /** Called when the guest's state is loaded; an exit that the delivery causes has been taken on return. */
    void inject() {
        long info = vmcs.value(VmcsField.ENTRY_INTERRUPTION_INFORMATION);
        if (!InterruptionInfo.valid(info)) {
            return;
        }
        int type = InterruptionInfo.type(info);
        if (type == InterruptionInfo.OTHER_EVENT) {
            vmx.intercepts.boundary.pendTrap();
            return;
        }
        if (type == InterruptionInfo.NMI) {
            blockNmis();
        }
        cpu.shadow = 0;
        Delivery.inject(cpu, InterruptionInfo.vector(info), type, InterruptionInfo.deliversErrorCode(info),
            (int) vmcs.value(VmcsField.ENTRY_EXCEPTION_ERROR_CODE), (int) vmcs.value(VmcsField.ENTRY_INSTRUCTION_LENGTH));
        if (vmx.nonRoot() && vmx.controls.primary(Controls.MONITOR_TRAP_FLAG)) {
            vmx.intercepts.boundary.pendTrap();
        }
    }

    private void blockNmis() {
        if (vmx.controls.pin(Controls.VIRTUAL_NMIS)) {
            vmx.virtualNmiBlocked = true;
        } else {
            cpu.nmiBlocked = true;
        }
    }
}
