// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.InterceptPolicy;

/** An intercept policy of a processor that has VMX; {@code cpu.intercepts} changes with VMXON, VM entry, VM exit and VMXOFF. */
abstract class VmxPolicy implements InterceptPolicy {
    final Vmx vmx;

    VmxPolicy(Vmx vmx) {
        this.vmx = vmx;
    }

    /** Outside VMX operation nothing is different. */
    static final class Outside extends VmxPolicy {
        Outside(Vmx vmx) {
            super(vmx);
        }
    }
}
