// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.ept.Eptp;

/** INVEPT and INVVPID. What is invalidated is more than asked for: all cached translations of this processor. */
final class Invalidation {
    private static final EptVpidCapability[] INVEPT_TYPES = {null, EptVpidCapability.INVEPT_SINGLE_CONTEXT,
        EptVpidCapability.INVEPT_ALL_CONTEXT};
    private static final EptVpidCapability[] INVVPID_TYPES = {EptVpidCapability.INVVPID_INDIVIDUAL_ADDRESS,
        EptVpidCapability.INVVPID_SINGLE_CONTEXT, EptVpidCapability.INVVPID_ALL_CONTEXT,
        EptVpidCapability.INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS};
    private static final int SINGLE_CONTEXT_INVEPT = 1;
    private static final int INDIVIDUAL_ADDRESS = 0, ALL_CONTEXT_INVVPID = 2;

    private Invalidation() {
    }

    static void invept(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.INVEPT, EptVpidCapability.INVEPT);
        if (vmx == null) {
            return;
        }
        long type = type(cpu, insn);
        if (!supported(vmx, INVEPT_TYPES, type)) {
            vmx.fail(VmInstructionError.INVALID_INVEPT_INVVPID_OPERAND);
        } else {
            long offset = cpu.ea(insn);
            long eptp = cpu.mmu.read64(insn.segment, offset);
            long reserved = cpu.mmu.read64(insn.segment, offset + 8 & insn.addressMask);
            boolean valid = reserved == 0 && (type != SINGLE_CONTEXT_INVEPT || Eptp.problem(eptp, vmx.capabilities) == null);
            invalidate(vmx, valid);
        }
        vmx.report("INVEPT", type, 0);
    }

    static void invvpid(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.INVVPID, EptVpidCapability.INVVPID);
        if (vmx == null) {
            return;
        }
        long type = type(cpu, insn);
        if (!supported(vmx, INVVPID_TYPES, type)) {
            vmx.fail(VmInstructionError.INVALID_INVEPT_INVVPID_OPERAND);
        } else {
            long offset = cpu.ea(insn);
            long descriptor = cpu.mmu.read64(insn.segment, offset);
            long linear = cpu.mmu.read64(insn.segment, offset + 8 & insn.addressMask);
            boolean valid = descriptor >>> 16 == 0 && (type == ALL_CONTEXT_INVVPID || descriptor != 0)
                && (type != INDIVIDUAL_ADDRESS || vmx.canonical(linear));
            invalidate(vmx, valid);
        }
        vmx.report("INVVPID", type, 0);
    }

    /** As for the other VMX instructions, and #UD on a processor without the instruction. */
    private static Vmx begin(Cpu cpu, Insn insn, ExitReason reason, EptVpidCapability instruction) {
        Vmx vmx = Vmx.of(cpu);
        if (vmx == null || !vmx.capabilities.eptVpid(instruction)) {
            throw CpuFault.ud();
        }
        return VmxInstructions.begin(cpu, insn, reason, InstructionInformation.operandAndRegister(insn.decoded));
    }

    private static long type(Cpu cpu, Insn insn) {
        long value = cpu.gpr[insn.decoded.reg];
        return cpu.codeBits == 64 ? value : value & 0xFFFF_FFFFL;
    }

    private static boolean supported(Vmx vmx, EptVpidCapability[] types, long type) {
        return type >= 0 && type < types.length && types[(int) type] != null && vmx.capabilities.eptVpid(types[(int) type]);
    }

    private static void invalidate(Vmx vmx, boolean valid) {
        if (valid) {
            vmx.cpu.mmu.flush();
            vmx.succeed();
        } else {
            vmx.fail(VmInstructionError.INVALID_INVEPT_INVVPID_OPERAND);
        }
    }
}
