// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.ept.Eptp;

/** VMFUNC (SDM "VM Functions"): function 0 switches the EPT pointer. */
final class VmFunctions {
    private static final int EPTP_LIST_ENTRIES = 512;

    private VmFunctions() {
    }

    static void vmfunc(Cpu cpu, Insn insn) {
        Vmx vmx = Vmx.of(cpu);
        long function = cpu.gpr[Cpu.RAX] & 0xFFFF_FFFFL;
        if (vmx == null || !vmx.nonRoot() || !vmx.controls.secondary(Controls.VM_FUNCTIONS) || function > 63) {
            throw CpuFault.ud();
        }
        boolean enabled = (vmx.controls.vmFunctions >>> function & 1) != 0;
        if (!enabled || function != ControlBit.VMFUNC_EPTP_SWITCHING.bit() || !switchEptp(vmx)) {
            VmxInstructions.exit(vmx, insn, ExitReason.VMFUNC, 0);
        }
    }

    /** SDM "EPTP Switching"; false when the entry does not exist or is not a valid EPT pointer. */
    private static boolean switchEptp(Vmx vmx) {
        long index = vmx.cpu.gpr[Cpu.RCX] & 0xFFFF_FFFFL;
        if (index >= EPTP_LIST_ENTRIES) {
            return false;
        }
        long pointer = vmx.memory.read64(vmx.vmcs.value(VmcsField.EPTP_LIST_ADDRESS) + 8 * index);
        if (Eptp.problem(pointer, vmx.capabilities) != null) {
            return false;
        }
        vmx.vmcs.set(VmcsField.EPT_POINTER, pointer);
        if (vmx.controls.secondary(Controls.EPT_VIOLATION_VE)) {
            vmx.vmcs.set(VmcsField.EPTP_INDEX, index);
        }
        vmx.intercepts.switchEptp(pointer);
        return true;
    }
}
