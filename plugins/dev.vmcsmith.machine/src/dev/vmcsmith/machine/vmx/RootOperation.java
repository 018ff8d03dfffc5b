// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;

/** VMX root operation: CR0 and CR4 keep their fixed bits, INIT signals wait (SDM "Restrictions on VMX Operation"). */
final class RootOperation extends VmxPolicy {
    RootOperation(Vmx vmx) {
        super(vmx);
    }

    @Override
    public boolean vmxOperation() {
        return true;
    }

    @Override
    public boolean cr0Allowed(Cpu cpu, long value) {
        return vmx.cr0Supported(value);
    }

    @Override
    public boolean cr4Allowed(Cpu cpu, long value) {
        return vmx.cr4Supported(value);
    }

    @Override
    public boolean initBlocked(Cpu cpu) {
        return true;
    }
}
