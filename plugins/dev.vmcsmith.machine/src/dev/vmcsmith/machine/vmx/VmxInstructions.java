// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.x86.Cr4;

/**
 * The VMX instructions (SDM chapter "VMX Instruction Reference"); each method follows the pseudo-code of its page. Field
 * accesses are in {@link FieldInstructions}, INVEPT and INVVPID in {@link Invalidation}, VMFUNC in {@link VmFunctions}.
 */
public final class VmxInstructions implements SemanticsSource {
    private static final long FEATURE_CONTROL_LOCK = 1, FEATURE_CONTROL_VMX_OUTSIDE_SMX = 4;

    @Override
    public Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case VMXON -> VmxInstructions::vmxon;
            case VMXOFF -> VmxInstructions::vmxoff;
            case VMCLEAR -> VmxInstructions::vmclear;
            case VMPTRLD -> VmxInstructions::vmptrld;
            case VMPTRST -> VmxInstructions::vmptrst;
            case VMREAD -> FieldInstructions::vmread;
            case VMWRITE -> FieldInstructions::vmwrite;
            case VMLAUNCH -> (cpu, i) -> enter(cpu, i, true);
            case VMRESUME -> (cpu, i) -> enter(cpu, i, false);
            case VMCALL -> VmxInstructions::vmcall;
            case VMFUNC -> VmFunctions::vmfunc;
            case INVEPT -> Invalidation::invept;
            case INVVPID -> Invalidation::invvpid;
            default -> null;
        };
    }

    // --- what all have in common -----------------------------------------------------------------------------------

    /** #UD in real-address and virtual-8086 mode, in compatibility mode, and on a processor without VMX. */
    private static Vmx vmxInLegalMode(Cpu cpu) {
        Vmx vmx = Vmx.of(cpu);
        if (vmx == null || cpu.mode.isRealLike() || cpu.mode == CpuMode.COMPATIBILITY) {
            throw CpuFault.ud();
        }
        return vmx;
    }

    /**
     * The checks that come before an instruction's own work.
     *
     * @param information the VM-exit instruction-information field, should it exit
     * @return null when a VM exit was taken
     */
    static Vmx begin(Cpu cpu, Insn insn, ExitReason reason, int information) {
        Vmx vmx = inOperation(cpu);
        if (vmx.nonRoot()) {
            exit(vmx, insn, reason, information);
            return null;
        }
        requireCpl0(cpu);
        return vmx;
    }

    /** #UD outside VMX operation and in modes without VMX instructions. */
    static Vmx inOperation(Cpu cpu) {
        Vmx vmx = vmxInLegalMode(cpu);
        if (!vmx.inOperation()) {
            throw CpuFault.ud();
        }
        return vmx;
    }

    static void requireCpl0(Cpu cpu) {
        if (cpu.cpl != 0) {
            throw CpuFault.gp();
        }
    }

    static void exit(Vmx vmx, Insn insn, ExitReason reason, int information) {
        vmx.exit.instruction(reason.number(), InstructionInformation.displacement(vmx.cpu, insn), vmx.cpu.rip - insn.length, insn.length);
        vmx.exit.instructionInformation = information;
        vmx.exits.take(vmx.exit);
    }

    /** The 64-bit pointer in the memory operand. */
    private static long pointer(Cpu cpu, Insn insn) {
        return cpu.mmu.read64(insn.segment, cpu.ea(insn));
    }

    // --- VMX operation ---------------------------------------------------------------------------------------------

    private static void vmxon(Cpu cpu, Insn insn) {
        Vmx vmx = vmxInLegalMode(cpu);
        if ((cpu.cr4 & Cr4.VMXE) == 0) {
            throw CpuFault.ud();
        }
        if (vmx.inOperation()) {
            if (vmx.nonRoot()) {
                exit(vmx, insn, ExitReason.VMXON, InstructionInformation.operand(insn.decoded));
                return;
            }
            requireCpl0(cpu);
            vmx.fail(VmInstructionError.VMXON_IN_ROOT);
            vmx.report("VMXON", 0, 0);
            return;
        }
        requireCpl0(cpu);
        long required = FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX_OUTSIDE_SMX;
        if (!vmx.cr0Supported(cpu.cr0) || !vmx.cr4Supported(cpu.cr4) || (cpu.msr.featureControl & required) != required) {
            throw CpuFault.gp();
        }
        long address = pointer(cpu, insn);
        if (vmx.validRegion(address) && vmx.region.revision(address) == vmx.capabilities.revision()) {
            vmx.enterOperation(address);
            vmx.succeed();
        } else {
            vmx.fail(-1);
        }
        vmx.report("VMXON", address, 0);
    }

    private static void vmxoff(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.VMXOFF, 0);
        if (vmx != null) {
            vmx.leaveOperation();
            vmx.succeed();
            vmx.report("VMXOFF", 0, 0);
        }
    }

    // --- VMCS regions ------------------------------------------------------------------------------------------------

    private static void vmclear(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.VMCLEAR, InstructionInformation.operand(insn.decoded));
        if (vmx == null) {
            return;
        }
        long address = pointer(cpu, insn);
        if (!vmx.validRegion(address)) {
            vmx.fail(VmInstructionError.VMCLEAR_INVALID_ADDRESS);
        } else if (address == vmx.vmxonPointer) {
            vmx.fail(VmInstructionError.VMCLEAR_VMXON_POINTER);
        } else {
            if (address == vmx.currentPointer) {
                vmx.makeCurrent(Vmx.NO_VMCS);
            }
            vmx.region.clear(address);
            vmx.succeed();
        }
        vmx.report("VMCLEAR", address, 0);
    }

    private static void vmptrld(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.VMPTRLD, InstructionInformation.operand(insn.decoded));
        if (vmx == null) {
            return;
        }
        long address = pointer(cpu, insn);
        if (!vmx.validRegion(address)) {
            vmx.fail(VmInstructionError.VMPTRLD_INVALID_ADDRESS);
        } else if (address == vmx.vmxonPointer) {
            vmx.fail(VmInstructionError.VMPTRLD_VMXON_POINTER);
        } else if (!vmx.acceptsRevision(address)) {
            vmx.fail(VmInstructionError.VMPTRLD_WRONG_REVISION);
        } else {
            vmx.makeCurrent(address);
            vmx.succeed();
        }
        vmx.report("VMPTRLD", address, 0);
    }

    private static void vmptrst(Cpu cpu, Insn insn) {
        Vmx vmx = begin(cpu, insn, ExitReason.VMPTRST, InstructionInformation.operand(insn.decoded));
        if (vmx != null) {
            cpu.mmu.write64(insn.segment, cpu.ea(insn), vmx.currentPointer);
            vmx.succeed();
            vmx.report("VMPTRST", vmx.currentPointer, 0);
        }
    }

    // --- VM entry and VMCALL -------------------------------------------------------------------------------------------

    private static void enter(Cpu cpu, Insn insn, boolean launch) {
        Vmx vmx = begin(cpu, insn, launch ? ExitReason.VMLAUNCH : ExitReason.VMRESUME, 0);
        if (vmx != null) {
            vmx.entry.enter(launch);
        }
    }

    /** In non-root operation VMCALL exits in every mode and at every privilege level. */
    private static void vmcall(Cpu cpu, Insn insn) {
        Vmx vmx = Vmx.of(cpu);
        if (vmx == null || !vmx.inOperation()) {
            throw CpuFault.ud();
        }
        if (vmx.nonRoot()) {
            exit(vmx, insn, ExitReason.VMCALL, 0);
            return;
        }
        if (cpu.mode.isRealLike() || cpu.mode == CpuMode.COMPATIBILITY) {
            throw CpuFault.ud();
        }
        requireCpl0(cpu);
        vmx.fail(VmInstructionError.VMCALL_IN_ROOT);
        vmx.report("VMCALL", 0, 0);
    }
}
