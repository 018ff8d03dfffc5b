// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.VmcsField;

/** VMREAD and VMWRITE, in root operation and, with VMCS shadowing, on the shadow VMCS in non-root operation. */
final class FieldInstructions {
    private FieldInstructions() {
    }

    static void vmread(Cpu cpu, Insn insn) {
        access(cpu, insn, false);
    }

    static void vmwrite(Cpu cpu, Insn insn) {
        access(cpu, insn, true);
    }

    private static void access(Cpu cpu, Insn insn, boolean write) {
        Vmx vmx = VmxInstructions.inOperation(cpu);
        boolean wide = cpu.codeBits == 64;
        long encoding = wide ? cpu.gpr[insn.decoded.reg] : cpu.gpr[insn.decoded.reg] & 0xFFFF_FFFFL;
        if (vmx.nonRoot() && vmx.intercepts.bitmaps.fieldAccessExits(encoding, write)) {
            VmxInstructions.exit(vmx, insn, write ? ExitReason.VMWRITE : ExitReason.VMREAD,
                InstructionInformation.operandAndRegister(insn.decoded));
            return;
        }
        VmxInstructions.requireCpl0(cpu);
        long value = 0;
        long target = vmx.nonRoot() ? vmx.vmcs.value(VmcsField.VMCS_LINK_POINTER) : vmx.currentPointer;
        if (target == Vmx.NO_VMCS) {
            vmx.fail(-1);
        } else {
            if (write) {
                value = source(cpu, insn, wide);
            }
            VmcsField field = encoding >>> 15 == 0 ? VmcsField.byEncoding((int) encoding) : null;
            if (field == null || !vmx.region.exists(field)) {
                vmx.fail(VmInstructionError.UNSUPPORTED_FIELD);
            } else if (write && field.area().readOnly() && !vmx.capabilities.writesExitFields()) {
                vmx.fail(VmInstructionError.VMWRITE_READ_ONLY);
            } else {
                boolean high = VmcsField.high((int) encoding);
                if (write) {
                    put(vmx, target, field, high, value);
                } else {
                    value = get(vmx, target, field);
                    value = high ? value >>> 32 : value;
                    destination(cpu, insn, wide, value);
                }
                vmx.succeed();
            }
        }
        vmx.report(write ? "VMWRITE" : "VMREAD", encoding, value);
    }

    private static long get(Vmx vmx, long pointer, VmcsField field) {
        return pointer == vmx.currentPointer ? vmx.vmcs.value(field) : vmx.region.read(pointer, field);
    }

    /** A write through the high encoding keeps the low half; a 32-bit write through the full encoding clears the high half. */
    private static void put(Vmx vmx, long pointer, VmcsField field, boolean high, long value) {
        long whole = high ? get(vmx, pointer, field) & 0xFFFF_FFFFL | value << 32 : value;
        if (pointer == vmx.currentPointer) {
            vmx.vmcs.set(field, whole);
        } else {
            vmx.region.write(pointer, field, whole);
        }
    }

    private static long source(Cpu cpu, Insn insn, boolean wide) {
        if (insn.memory) {
            long offset = cpu.ea(insn);
            return wide ? cpu.mmu.read64(insn.segment, offset) : cpu.mmu.read32(insn.segment, offset);
        }
        return wide ? cpu.gpr[insn.decoded.rm] : cpu.gpr[insn.decoded.rm] & 0xFFFF_FFFFL;
    }

    private static void destination(Cpu cpu, Insn insn, boolean wide, long value) {
        if (!insn.memory) {
            cpu.gpr[insn.decoded.rm] = wide ? value : value & 0xFFFF_FFFFL;
        } else if (wide) {
            cpu.mmu.write64(insn.segment, cpu.ea(insn), value);
        } else {
            cpu.mmu.write32(insn.segment, cpu.ea(insn), value & 0xFFFF_FFFFL);
        }
    }
}
