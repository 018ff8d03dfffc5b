// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** MOV and its relatives, LEA, XCHG, BSWAP, CMOVcc, SETcc, XLAT, NOP and hints. */
public final class DataMovement {
    private static final int DIRECT_STORE = 64;

    private DataMovement() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MOV, MOVNTI, MOVDIRI -> mov(insn);
            case MOVZX -> insn.memory
                ? insn.sourceWidth == 8 ? (c, i) -> c.setReg(i, c.mmu.read8(i.segment, c.ea(i)))
                    : (c, i) -> c.setReg(i, c.mmu.read16(i.segment, c.ea(i)))
                : insn.sourceWidth == 8 ? (c, i) -> c.setReg(i, c.rm(i) & 0xFF) : (c, i) -> c.setReg(i, c.rm(i) & 0xFFFF);
            case MOVSX -> (c, i) -> {
                int s = 64 - i.sourceWidth;
                c.setReg(i, (i.memory ? c.mmu.read(i.segment, c.ea(i), i.sourceWidth) : c.rm(i)) << s >> s);
            };
            case MOVBE -> insn.memoryIsDestination
                ? (c, i) -> c.mmu.write(i.segment, c.ea(i), i.width, Long.reverseBytes(c.reg(i)) >>> i.shift)
                : (c, i) -> c.setReg(i, Long.reverseBytes(c.mmu.read(i.segment, c.ea(i), i.width)) >>> i.shift);
            case LEA -> insn.width == 64 && !insn.ripRelative && insn.addressMask == -1
                ? (c, i) -> c.gpr[i.reg] = c.gpr[i.base] + (c.gpr[i.index] << i.scale) + i.disp
                : (c, i) -> c.setReg(i, c.ea(i));
            case XCHG -> insn.memory ? (c, i) -> {
                long old = c.mmu.readForWrite(i.segment, c.ea(i), i.width);
                c.mmu.finishWrite(i.width, c.reg(i));
                c.setReg(i, old);
            } : (c, i) -> {
                long a = c.rm(i);
                long b = c.reg(i);
                c.setRm(i, b);
                c.setReg(i, a);
            };
            case BSWAP -> (c, i) -> c.setRm(i, i.width == 16 ? 0 : Long.reverseBytes(c.rm(i) << i.shift));
            case CMOVCC -> insn.memory ? (c, i) -> {
                long v = c.mmu.read(i.segment, c.ea(i), i.width);
                c.setReg(i, Conditions.test(c, i.condition) ? v : c.reg(i));
            } : (c, i) -> c.setReg(i, Conditions.test(c, i.condition) ? c.rm(i) : c.reg(i));
            case SETCC -> insn.memory ? (c, i) -> c.mmu.write8(i.segment, c.ea(i), Conditions.test(c, i.condition) ? 1 : 0)
                : (c, i) -> c.setRm(i, Conditions.test(c, i.condition) ? 1 : 0);
            case MOVDIR64B -> DataMovement::movdir64b;
            case XLAT -> (c, i) -> {
                long at = c.gpr[Cpu.RBX] + (c.gpr[Cpu.RAX] & 0xFF) & i.addressMask;
                c.setGpr(Cpu.RAX, 8, c.mmu.read8(i.segment, at));
            };
            case NOP, PREFETCH, LFENCE, MFENCE, SFENCE, SERIALIZE, CLDEMOTE -> (c, i) -> { };
            case CLFLUSH, CLFLUSHOPT, CLWB -> (c, i) -> c.mmu.read8(i.segment, c.ea(i));
            default -> null;
        };
    }

    /** 64 bytes to the address in a register, of ES. */
    private static void movdir64b(Cpu c, Insn i) {
        long to = c.gpr[i.reg] & i.addressMask;
        if ((to + c.seg[Cpu.ES].effectiveBase & DIRECT_STORE - 1) != 0) {
            throw CpuFault.gp();
        }
        long from = c.ea(i);
        long[] data = new long[DIRECT_STORE / 8];
        for (int n = 0; n < data.length; n++) {
            data[n] = c.mmu.read64(i.segment, from + 8 * n & i.addressMask);
        }
        c.mmu.probeWrite(Cpu.ES, to, DIRECT_STORE);
        for (int n = 0; n < data.length; n++) {
            c.mmu.write64(Cpu.ES, to + 8 * n, data[n]);
        }
    }

    private static Semantics mov(Insn insn) {
        if (insn.memory) {
            if (insn.immediateOperand) {
                return (c, i) -> c.mmu.write(i.segment, c.ea(i), i.width, i.imm);
            }
            return insn.memoryIsDestination ? store(insn.width) : load(insn.width);
        }
        if (insn.immediateOperand) {
            if (insn.width >= 32) {
                insn.imm &= insn.mask;
                return (c, i) -> c.gpr[i.rm] = i.imm;
            }
            return (c, i) -> c.setRm(i, i.imm);
        }
        return switch (insn.width) {
            case 64 -> (c, i) -> c.gpr[i.rm] = c.gpr[i.reg];
            case 32 -> (c, i) -> c.gpr[i.rm] = c.gpr[i.reg] & 0xFFFFFFFFL;
            default -> (c, i) -> c.setRm(i, c.reg(i));
        };
    }

    private static Semantics load(int width) {
        return switch (width) {
            case 64 -> (c, i) -> c.gpr[i.reg] = c.mmu.read64(i.segment, c.ea(i));
            case 32 -> (c, i) -> c.gpr[i.reg] = c.mmu.read32(i.segment, c.ea(i));
            case 16 -> (c, i) -> c.setReg(i, c.mmu.read16(i.segment, c.ea(i)));
            default -> (c, i) -> c.setReg(i, c.mmu.read8(i.segment, c.ea(i)));
        };
    }

    private static Semantics store(int width) {
        return switch (width) {
            case 64 -> (c, i) -> c.mmu.write64(i.segment, c.ea(i), c.gpr[i.reg]);
            case 32 -> (c, i) -> c.mmu.write32(i.segment, c.ea(i), c.gpr[i.reg]);
            case 16 -> (c, i) -> c.mmu.write16(i.segment, c.ea(i), c.gpr[i.reg]);
            default -> (c, i) -> c.mmu.write8(i.segment, c.ea(i), c.reg(i));
        };
    }
}
